import type { TitleFacts } from './catalogue.repository.ts'
import { classBitsOf } from './title-classes.ts'

/**
 * Titles in memory, each at a place of its own, so that ranking works on arrays. A title keeps its place as long as
 * the process lives.
 */
export interface Catalogue {
  readonly size: number
  /** Throws a RangeError where there is no such place. */
  at(place: number): TitleFacts
  placeOf(titleId: number): number | undefined
  /** Row ids by place; not to be changed. */
  readonly titleIds: readonly number[]
  /** Kind and ages by place, as `classBitsOf` puts them together; not to be changed. */
  readonly classBits: readonly number[]
  /** 1 at the places of the titles that the region may show at the moment. Not to be changed. */
  availableIn(regionCode: string, now: number): Uint8Array
  /** Since when the region shows the title at the moment, in milliseconds; undefined where it does not. */
  availableSince(place: number, regionCode: string, now: number): number | undefined
  /** Takes titles in, in place of what is known of them; those of `gone` are no longer available anywhere. */
  put(titles: readonly TitleFacts[], gone?: readonly number[]): void
}

interface Mask {
  readonly places: Uint8Array
  /** As long as no window opens or closes. */
  readonly from: number
  readonly until: number
}

export function createCatalogue(): Catalogue {
  const titles: TitleFacts[] = []
  const titleIds: number[] = []
  const classBits: number[] = []
  const places = new Map<number, number>()
  let masks = new Map<string, Mask>()

  const catalogue: Catalogue = {
    get size() {
      return titles.length
    },
    at(place) {
      const title = titles[place]
      if (!title) throw new RangeError(`no title at place ${place}`)
      return title
    },
    placeOf: (titleId) => places.get(titleId),
    titleIds,
    classBits,
    availableIn(regionCode, now) {
      const known = masks.get(regionCode)
      if (known && now >= known.from && now < known.until) return known.places
      const mask = maskOf(titles, regionCode, now)
      masks.set(regionCode, mask)
      return mask.places
    },
    availableSince: (place, regionCode, now) =>
      catalogue
        .at(place)
        .windows.find((window) => window.regionCode === regionCode && window.from <= now && now < window.until)?.from,
    put(changed, gone = []) {
      for (const title of changed) {
        const place = places.get(title.id) ?? titles.length
        places.set(title.id, place)
        titles[place] = title
        titleIds[place] = title.id
        classBits[place] = classBitsOf(title.genres, title.runtimeMinutes)
      }
      for (const id of gone) {
        const place = places.get(id)
        if (place !== undefined) titles[place] = { ...catalogue.at(place), windows: [] }
      }
      masks = new Map()
    },
  }
  return catalogue
}

function maskOf(titles: readonly TitleFacts[], regionCode: string, now: number): Mask {
  const places = new Uint8Array(titles.length)
  let [opened, next] = [-Infinity, Infinity]
  for (const [place, { windows }] of titles.entries()) {
    for (const window of windows) {
      if (window.regionCode !== regionCode) continue
      if (window.from <= now && now < window.until) places[place] = 1
      for (const time of [window.from, window.until]) {
        if (time <= now) opened = Math.max(opened, time)
        else next = Math.min(next, time)
      }
    }
  }
  return { places, from: opened, until: next }
}

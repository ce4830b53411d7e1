import { createHash } from 'node:crypto'

/** A title as far as tastes go. */
export interface DemoTitle {
  readonly id: number
  /** Tells it from others in any database: its id at IMDb, or its name and year. */
  readonly key: string
  readonly genres: readonly string[]
  /** Regions in which it may be watched. */
  readonly regions: readonly string[]
}

/** Somebody with a taste. */
export interface DemoViewer {
  readonly userId: string
  readonly displayName: string | null
  readonly region: string
  readonly languages: readonly string[]
  readonly services: readonly string[]
  /** What they like above all. */
  readonly genre: string
  /** Whether somebody may sign in as them, so that much of what they like is left to be recommended. */
  readonly isNamed: boolean
}

/** What a demo viewer did with one title; times as shares of the past half year, 0 is now. */
export interface DemoFeedback {
  readonly titleId: number
  readonly stars: number | null
  readonly percent: number | null
  readonly isOnWatchlist: boolean
  readonly isHidden: boolean
  readonly age: number
}

/** The accounts of a development machine: see web/accounts for how to sign in as one of them. */
export const namedViewers: readonly DemoViewer[] = [
  named('asha', 'Asha', 'IN', ['hi', 'en'], ['mubi', 'netflix'], 'crime'),
  named('ben', 'Ben', 'US', ['en'], ['netflix'], 'thriller'),
  named('chloe', 'Chloe', 'GB', ['en', 'fr'], ['mubi'], 'romance'),
]

const crowdOfEachGenre = 10
const smallestGenre = 9
/** A genre of more of the catalogue is no taste. */
const widestGenre = 0.25

/** The named viewers, then ten for each genre that is neither rare nor everywhere: `demo-001`, `demo-002`, … */
export function demoViewersOf(titles: readonly DemoTitle[]): DemoViewer[] {
  const counts = Map.groupBy(
    titles.flatMap(({ genres }) => genres),
    (genre) => genre,
  )
  const genres = [...counts]
    .filter(([, { length }]) => length >= smallestGenre && length <= titles.length * widestGenre)
    .map(([genre]) => genre)
    .toSorted()
  const crowd = genres.flatMap((genre) => Array.from({ length: crowdOfEachGenre }, () => genre))
  return [...namedViewers, ...crowd.map((genre, index) => crowdViewer(genre, index + 1))]
}

function named(
  name: string,
  displayName: string,
  region: string,
  languages: readonly string[],
  services: readonly string[],
  genre: string,
): DemoViewer {
  return { userId: `demo-${name}`, displayName, region, languages, services, genre, isNamed: true }
}

function crowdViewer(genre: string, number: number): DemoViewer {
  const regions = ['IN', 'US', 'GB']
  return {
    userId: `demo-${String(number).padStart(3, '0')}`,
    displayName: null,
    region: regions[number % regions.length] ?? 'IN',
    languages: [],
    services: [],
    genre,
    isNamed: false,
  }
}

/**
 * What a viewer did: most titles of their genre, and praised, few others, and not. Whatever the order of the titles, the
 * same viewer does the same with the same title.
 */
export function demoFeedbackOf(viewer: DemoViewer, titles: readonly DemoTitle[]): DemoFeedback[] {
  return titles.flatMap((title): DemoFeedback[] => {
    const chance = (what: string): number => chanceOf(viewer.userId, title.key, what)
    const isLiked = title.genres.includes(viewer.genre)
    const nothing = { titleId: title.id, stars: null, percent: null, isOnWatchlist: false, isHidden: false }
    const age = chance('age')
    if (chance('watched') < watchedShare(viewer, title, isLiked)) {
      const stars = isLiked ? halvesBetween(3.5, 5, chance('stars')) : halvesBetween(1, 3, chance('stars'))
      const percent = chance('recorded') < 0.85 ? 100 : null
      return [{ ...nothing, stars, percent, age }]
    }
    if (isLiked && chance('begun') < 0.05) return [{ ...nothing, percent: 10 + Math.floor(50 * age), age }]
    if (isLiked && chance('wanted') < 0.1) return [{ ...nothing, isOnWatchlist: true, age }]
    if (!isLiked && chance('hidden') < 0.01) return [{ ...nothing, isHidden: true, age }]
    return []
  })
}

function watchedShare({ isNamed, region }: DemoViewer, { genres, regions }: DemoTitle, isLiked: boolean): number {
  if (!isLiked) return genres.includes('drama') ? 0.01 : 0.05
  if (!isNamed) return 0.6
  return regions.includes(region) ? 0.15 : 0.7
}

function halvesBetween(least: number, most: number, chance: number): number {
  const steps = (most - least) * 2 + 1
  return least + Math.floor(chance * steps) / 2
}

/** From 0 up to 1, the same for the same words. */
function chanceOf(...words: readonly string[]): number {
  return createHash('sha256').update(words.join('\n')).digest().readUInt32BE() / 2 ** 32
}

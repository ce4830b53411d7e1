import type { Maturity } from '@movieverse/viewers/rows.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { kindOf, suits, type TitleKind } from '../catalogue/title-classes.ts'

/** What may be recommended at all. */
export interface Restrictions {
  readonly regionCode: string
  /** Milliseconds. */
  readonly now: number
  readonly maturity: Maturity
  /** Only titles of these kinds; all where the list is empty. */
  readonly kinds: readonly TitleKind[]
  /** Seen and hidden titles, by row id. */
  readonly excluded: ReadonlySet<number>
}

/** Nobody in particular: every title that a region may show. */
export function everybodyIn(regionCode: string, now: number): Restrictions {
  return { regionCode, now, maturity: 'ADULT', kinds: [], excluded: new Set() }
}

/** The places of all titles that may be recommended. */
export function candidatesOf(catalogue: Catalogue, restrictions: Restrictions): number[] {
  const { regionCode, now, maturity, kinds, excluded } = restrictions
  const available = catalogue.availableIn(regionCode, now)
  const places: number[] = []
  for (let place = 0; place < available.length; place++) {
    if (available[place] !== 1) continue
    const { id, genres, runtimeMinutes } = catalogue.at(place)
    if (excluded.has(id) || !suits(maturity, genres)) continue
    if (kinds.length > 0 && !kinds.includes(kindOf(genres, runtimeMinutes))) continue
    places.push(place)
  }
  return places
}

import type { Maturity } from '@movieverse/viewers/rows.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { kindBits, maturityBit, type TitleKind } from '../catalogue/title-classes.ts'

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
export function candidatesOf(catalogue: Catalogue, restrictions: Restrictions): Int32Array {
  const { regionCode, now, maturity, kinds, excluded } = restrictions
  const open = catalogue.availableIn(regionCode, now).slice()
  for (const titleId of excluded) {
    const place = catalogue.placeOf(titleId)
    if (place !== undefined) open[place] = 0
  }
  const { classBits } = catalogue
  const [ofKind, forAge] = [kindBits(kinds), maturityBit(maturity)]
  const places = new Int32Array(open.length)
  let count = 0
  for (let place = 0; place < open.length; place++) {
    const bits = classBits[place]!
    if (open[place] === 1 && (bits & ofKind) !== 0 && (bits & forAge) !== 0) places[count++] = place
  }
  return places.subarray(0, count)
}

import type { Maturity } from '@movieverse/viewers/rows.ts'

/** What a title is, as viewers tell titles apart. */
export type TitleKind = 'FEATURE' | 'SHORT' | 'DOCUMENTARY'

/** A film of fewer minutes is a short one (the Academy's and IMDb's line is 40 to 45). */
const featureMinutes = 40

/** The kind of a title; an unknown runtime is a feature's. */
export function kindOf(genres: readonly string[], runtimeMinutes: number | null): TitleKind {
  if (genres.includes('documentary')) return 'DOCUMENTARY'
  return runtimeMinutes !== null && runtimeMinutes < featureMinutes ? 'SHORT' : 'FEATURE'
}

/** From which a child is kept away, and from which a teenager is. */
const notForChildren = new Set(['crime', 'film-noir', 'horror', 'mystery', 'thriller', 'war', 'romance'])
const forChildren = new Set(['family', 'animation'])
const notForTeenagers = new Set(['horror'])

/**
 * For which ages a title is, by its genres: no source gives certificates yet. A child is shown family films and
 * animation without a darker genre; a teenager everything but horror; what has no genre is for adults.
 */
export function suits(maturity: Maturity, genres: readonly string[]): boolean {
  switch (maturity) {
    case 'ADULT':
      return true
    case 'TEEN':
      return genres.length > 0 && !genres.some((genre) => notForTeenagers.has(genre))
    case 'CHILD':
      return genres.some((genre) => forChildren.has(genre)) && !genres.some((genre) => notForChildren.has(genre))
  }
}

const kinds = ['FEATURE', 'SHORT', 'DOCUMENTARY'] as const satisfies readonly TitleKind[]
const maturities = ['ADULT', 'TEEN', 'CHILD'] as const satisfies readonly Maturity[]

/** A title's kind and the ages that it suits, a bit each. */
export function classBitsOf(genres: readonly string[], runtimeMinutes: number | null): number {
  const suited = maturities.filter((maturity) => suits(maturity, genres))
  return kindBits([kindOf(genres, runtimeMinutes)]) | suited.reduce((bits, maturity) => bits | maturityBit(maturity), 0)
}

/** The bits of some kinds; of all where none is named. */
export function kindBits(wanted: readonly TitleKind[]): number {
  const named = wanted.length === 0 ? kinds : wanted
  return named.reduce((bits, kind) => bits | (1 << kinds.indexOf(kind)), 0)
}

/** The bit of what suits an age. */
export function maturityBit(maturity: Maturity): number {
  return 1 << (kinds.length + maturities.indexOf(maturity))
}

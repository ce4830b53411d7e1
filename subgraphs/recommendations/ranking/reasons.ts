import { findRegion } from '@movieverse/regions/regions.ts'
import type { Signal } from '../feedback/viewer-feedback.ts'
import type { Knowledge, Strategy, Taste } from './recommender.ts'
import { contributionsTo, type Contribution } from './scores.ts'
import type { Ranked } from './ordering.ts'

/** A title that is recommended, with everything that a client reads. */
export interface Recommendation {
  readonly titleId: number
  /** The sum of the weights below. */
  readonly score: number
  readonly because: readonly Contribution[]
  readonly reason: string
}

/** Makes the recommendations of one list. */
export type Explain = (ranked: Ranked) => Recommendation

/** What people call a region. */
export function labelOf(regionCode: string): string {
  return findRegion(regionCode)?.label ?? regionCode
}

/** Explains a list for a viewer; their signals say why. */
export function explainFor(knowledge: Knowledge, strategy: Strategy, taste: Taste, regionCode: string): Explain {
  const { model } = knowledge
  if (strategy !== 'PERSONAL' || !model) return explainPopular(knowledge, strategy, taste, regionCode)
  const signals = new Map(taste.feedback.signals.map((signal) => [signal.titleId, signal]))
  return ({ titleId }) => {
    const parts = contributionsTo(titleId, model, taste.feedback.signals)
    const because = parts.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    const strongest = because.find(({ weight }) => weight > 0)
    const signal = strongest && signals.get(strongest.titleId)
    const reason = signal ? watchedReason(knowledge, signal) : `Popular in ${labelOf(regionCode)}`
    return { titleId, score: sumOf(parts), because, reason }
  }
}

/** Explains a list of titles that go with one. */
export function explainSimilar(knowledge: Knowledge, strategy: Strategy, sourceId: number): Explain {
  const name = titleOf(knowledge, sourceId)
  return ({ titleId, score }) => ({
    titleId,
    score,
    because: score === 0 ? [] : [{ titleId: sourceId, weight: score }],
    reason: strategy === 'SIMILAR' ? `Goes with ${name}` : `Of the same genres as ${name}`,
  })
}

/** Explains a list that rests on what a region watches, and perhaps on a profile. */
export function explainPopular(
  { catalogue, genreNames }: Knowledge,
  strategy: Strategy,
  taste: Pick<Taste, 'profile'> | null,
  regionCode: string,
): Explain {
  const region = labelOf(regionCode)
  return ({ place, titleId }) => {
    const { genres, languages } = catalogue.at(place)
    const isProfile = strategy === 'PROFILE' && taste !== null
    const genre = isProfile ? taste.profile.genres.find((code) => genres.includes(code)) : undefined
    const language = isProfile ? taste.profile.languages.find((code) => languages.includes(code)) : undefined
    const likes = genre
      ? `, and you like ${genreNames.get(genre) ?? genre}`
      : language
        ? ', in a language of yours'
        : ''
    const reason = strategy === 'TRENDING' ? `Watched in ${region} these days` : `Popular in ${region}${likes}`
    return { titleId, score: 0, because: [], reason }
  }
}

function watchedReason(knowledge: Knowledge, { titleId, stars }: Signal): string {
  const name = titleOf(knowledge, titleId)
  return stars === null ? `Because you watched ${name}` : `Because you gave ${name} ${stars} stars`
}

/** The title's name; a title that is gone is one that was watched. */
export function titleOf({ catalogue }: Knowledge, titleId: number): string {
  const place = catalogue.placeOf(titleId)
  return place === undefined ? 'a title that is gone' : catalogue.at(place).title
}

function sumOf(parts: readonly Contribution[]): number {
  return parts.reduce((sum, { weight }) => sum + weight, 0)
}

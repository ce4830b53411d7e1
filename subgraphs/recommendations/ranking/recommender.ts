import type { ProfileRow, Maturity } from '@movieverse/viewers/rows.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { TitleKind } from '../catalogue/title-classes.ts'
import type { ViewerFeedback } from '../feedback/viewer-feedback.ts'
import type { ServedModel } from '../models/model.ts'
import type { Popularity } from '../popularity/popularity.ts'
import { candidatesOf, everybodyIn, type Restrictions } from './candidates.ts'
import type { Choice } from './ordering.ts'
import { knowsAny, scoreTitles, weightsOf } from './scores.ts'

/** On what a list rests. */
export type Strategy = 'PERSONAL' | 'PROFILE' | 'SIMILAR' | 'POPULAR' | 'TRENDING' | 'FALLBACK'

/** Everything that lists are made of, as it is at the moment of a request. */
export interface Knowledge {
  readonly catalogue: Catalogue
  /** Null where there is none to be served. */
  readonly model: ServedModel | null
  readonly popularity: Popularity
  /** What readers call genres, by code. */
  readonly genreNames: ReadonlyMap<string, string>
}

/** Who a list is for. */
export interface Taste {
  readonly maturity: Maturity
  readonly feedback: ViewerFeedback
  readonly profile: Pick<ProfileRow, 'languages' | 'genres'>
}

/** Where and when a list is for. */
export interface Occasion {
  readonly regionCode: string
  readonly now: number
  readonly kinds: readonly TitleKind[]
}

/** All that may be shown, not yet in order, and on what it rests. */
export interface RankedList {
  readonly strategy: Strategy
  readonly choice: Choice
}

/** What may be shown to a viewer. */
export function restrictionsFor({ maturity, feedback }: Taste, occasion: Occasion): Restrictions {
  return { ...occasion, maturity, excluded: feedback.excluded }
}

/**
 * Everything that may be shown to a viewer, by what their history says; without one that the model knows, by what is
 * popular in the region, their profile's genres and languages first; without a model by popularity alone.
 */
export function rankForViewer(knowledge: Knowledge, taste: Taste, occasion: Occasion): RankedList {
  const { catalogue, model } = knowledge
  const places = candidatesOf(catalogue, restrictionsFor(taste, occasion))
  const popular = popularIn(knowledge, occasion.regionCode)
  if (!model) return { strategy: 'FALLBACK', choice: byTies(catalogue, places, popular) }
  if (!knowsAny(model, taste.feedback.signals)) {
    const matching = new Float64Array(catalogue.size)
    for (const place of places) matching[place] = popular[place]! * matchOf(catalogue.at(place), taste.profile)
    return { strategy: 'PROFILE', choice: byTies(catalogue, places, matching) }
  }
  const scores = scoreTitles(catalogue, model, taste.feedback.signals)
  return { strategy: 'PERSONAL', choice: { places, titleIds: catalogue.titleIds, scores, ties: popular } }
}

/** What goes with one title in a region; without a model, or where it knows nothing, what shares most genres. */
export function rankSimilar(knowledge: Knowledge, titleId: number, regionCode: string, now: number): RankedList {
  const { catalogue, model } = knowledge
  const places = candidatesOf(catalogue, { ...everybodyIn(regionCode, now), excluded: new Set([titleId]) })
  const popular = popularIn(knowledge, regionCode)
  if (model && (model.targets.get(titleId)?.titleIds.length ?? 0) > 0) {
    const scores = weightsOf(catalogue, model, titleId)
    const near = places.filter((place) => scores[place]! > 0)
    return { strategy: 'SIMILAR', choice: { places: near, titleIds: catalogue.titleIds, scores, ties: popular } }
  }
  const own = catalogue.placeOf(titleId)
  const genres = new Set(own === undefined ? [] : catalogue.at(own).genres)
  const shared = new Float64Array(catalogue.size)
  for (const place of places) shared[place] = catalogue.at(place).genres.filter((genre) => genres.has(genre)).length
  const alike = places.filter((place) => shared[place]! > 0)
  const ties = shared.map((count, place) => count + popular[place]!)
  return { strategy: 'FALLBACK', choice: byTies(catalogue, alike, ties) }
}

/** What a region watches: of the last months, or these days. */
export function rankPopular(
  { catalogue, popularity }: Knowledge,
  kind: 'POPULAR' | 'TRENDING',
  restrictions: Restrictions,
): RankedList {
  const { regionCode } = restrictions
  const ties = kind === 'TRENDING' ? popularity.trending(regionCode) : popularity.popular(regionCode)
  return { strategy: kind, choice: byTies(catalogue, candidatesOf(catalogue, restrictions), ties) }
}

/** Scores are sums over titles of a history; a list that rests on none has no score, only an order. */
function byTies({ titleIds, size }: Catalogue, places: Int32Array, ties: Float64Array): Choice {
  return { places, titleIds, scores: new Float64Array(size), ties }
}

/** By place. */
export function popularIn({ popularity }: Knowledge, regionCode: string): Float64Array {
  return popularity.popular(regionCode)
}

/** How well a title meets a profile: 1, or more for each genre and language that it shares. */
function matchOf(
  { genres, languages }: { readonly genres: readonly string[]; readonly languages: readonly string[] },
  profile: Taste['profile'],
): number {
  return (1 + 2 * sharedShare(genres, profile.genres)) * (1 + 2 * sharedShare(languages, profile.languages))
}

function sharedShare(own: readonly string[], liked: readonly string[]): number {
  return own.filter((code) => liked.includes(code)).length / Math.max(1, own.length)
}

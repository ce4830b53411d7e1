import type { ProfileRow, Maturity } from '@movieverse/viewers/rows.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { TitleKind } from '../catalogue/title-classes.ts'
import type { ViewerFeedback } from '../feedback/viewer-feedback.ts'
import type { ServedModel } from '../models/model.ts'
import type { Popularity } from '../popularity/popularity.ts'
import { candidatesOf, everybodyIn, type Restrictions } from './candidates.ts'
import type { Ranked } from './ordering.ts'
import { knowsAny, scoreTitles } from './scores.ts'

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
  readonly ranked: readonly Ranked[]
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
  if (!model) return { strategy: 'FALLBACK', ranked: rank(catalogue, places, noScore, popular) }
  if (!knowsAny(model, taste.feedback.signals)) {
    const matching = (place: number): number => popular(place) * matchOf(catalogue.at(place), taste.profile)
    return { strategy: 'PROFILE', ranked: rank(catalogue, places, noScore, matching) }
  }
  const scores = scoreTitles(catalogue, model, taste.feedback.signals)
  return { strategy: 'PERSONAL', ranked: rank(catalogue, places, (place) => scores[place]!, popular) }
}

/** What goes with one title in a region; without a model, or where it knows nothing, what shares most genres. */
export function rankSimilar(knowledge: Knowledge, titleId: number, regionCode: string, now: number): RankedList {
  const { catalogue, model } = knowledge
  const own = catalogue.placeOf(titleId)
  const places = candidatesOf(catalogue, { ...everybodyIn(regionCode, now), excluded: new Set([titleId]) })
  const popular = popularIn(knowledge, regionCode)
  const targets = model?.targets.get(titleId)
  if (model && targets && targets.titleIds.length > 0) {
    const scores = new Map([...targets.titleIds].map((id, at) => [catalogue.placeOf(id), targets.weights[at]!]))
    const near = places.filter((place) => (scores.get(place) ?? 0) > 0)
    return { strategy: 'SIMILAR', ranked: rank(catalogue, near, (place) => scores.get(place) ?? 0, popular) }
  }
  const genres = new Set(own === undefined ? [] : catalogue.at(own).genres)
  const shared = (place: number): number => catalogue.at(place).genres.filter((genre) => genres.has(genre)).length
  const alike = places.filter((place) => shared(place) > 0)
  return { strategy: 'FALLBACK', ranked: rank(catalogue, alike, noScore, (place) => shared(place) + popular(place)) }
}

/** What a region watches: of the last months, or these days. */
export function rankPopular(
  knowledge: Knowledge,
  kind: 'POPULAR' | 'TRENDING',
  restrictions: Restrictions,
): RankedList {
  const { catalogue, popularity } = knowledge
  const places = candidatesOf(catalogue, restrictions)
  const { regionCode } = restrictions
  const tie = (place: number): number => {
    const { id } = catalogue.at(place)
    return kind === 'TRENDING' ? popularity.trending(regionCode, id) : popularity.popular(regionCode, id)
  }
  return { strategy: kind, ranked: rank(catalogue, places, noScore, tie) }
}

/** Scores are sums over titles of a history; a list that rests on none has no score, only an order. */
function noScore(): number {
  return 0
}

export function popularIn({ catalogue, popularity }: Knowledge, regionCode: string): (place: number) => number {
  return (place) => popularity.popular(regionCode, catalogue.at(place).id)
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

function rank(
  catalogue: Catalogue,
  places: readonly number[],
  scoreOf: (place: number) => number,
  tieOf: (place: number) => number,
): Ranked[] {
  return places.map((place) => ({
    place,
    titleId: catalogue.at(place).id,
    score: scoreOf(place),
    tie: tieOf(place),
  }))
}

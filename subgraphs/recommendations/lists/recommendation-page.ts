import { badUserInput } from '@movieverse/service/errors.ts'
import { createCursorCodec } from '@movieverse/titles/paging/cursor.ts'
import { largestPageSize, pageWindowOf, toPage, type Page } from '@movieverse/titles/paging/page.ts'
import { bestOf, type RankKey } from '../ranking/ordering.ts'
import type { Explain, Recommendation } from '../ranking/reasons.ts'
import type { RankedList, Strategy } from '../ranking/recommender.ts'

/** A page of recommendations. */
export interface RecommendationPage extends Page<Recommendation> {
  readonly strategy: Strategy
  /** How many titles may be shown. */
  readonly totalCount: number
}

/** Lists are read from their front. */
export interface ForwardPage {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

/** A list that was asked for in the right way; to be checked before anything is read. */
export interface ListSlice {
  readonly size: number
  readonly after: RankKey | null
  readonly encode: (key: RankKey) => string
}

/** Checks the arguments of a list that `name` tells from all others. Throws BAD_USER_INPUT or INVALID_CURSOR. */
export function listSliceOf(name: readonly unknown[], { first, after }: ForwardPage): ListSlice {
  const window = pageWindowOf({ first, after })
  const cursors = createCursorCodec<RankKey>(name, isRankKey)
  return { size: window.size, after: cursors.decode('after', window.after), encode: (key) => cursors.encode(key) }
}

/** How many items of a list without pages are wanted. Throws BAD_USER_INPUT. */
export function sizeOf(first: number): number {
  if (first < 1 || first > largestPageSize) throw badUserInput('first', `must be between 1 and ${largestPageSize}`)
  return first
}

/** The page of a list that stands after its cursor; only what is on it is explained. */
export function pageOf({ strategy, choice }: RankedList, slice: ListSlice, explain: Explain): RecommendationPage {
  const best = bestOf(choice, slice.size + 1, slice.after)
  const window = { size: slice.size, backward: false, after: slice.after && slice.encode(slice.after), before: null }
  const page = toPage(window, best, (each) => ({
    cursor: slice.encode([each.score, each.tie, each.titleId]),
    node: explain(each),
  }))
  return { ...page, strategy, totalCount: choice.places.length }
}

function isRankKey(key: unknown): key is RankKey {
  return Array.isArray(key) && key.length === 3 && key.every((part) => typeof part === 'number')
}

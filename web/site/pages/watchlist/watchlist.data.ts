import { WatchlistDocument, type CardFragment } from '../../api/generated/operations.ts'
import type { PageContext } from '../page-context.ts'

export interface WatchlistItem {
  readonly movie: CardFragment
  readonly addedAt: string
}

export interface WatchlistData {
  readonly page: 'watchlist'
  /** Null where nobody is signed in, or it did not come. */
  readonly items: readonly WatchlistItem[] | null
  readonly totalCount: number
  /** The cursor of the next page, where there is one. */
  readonly next: string | null
}

const pageSize = 48

/** One request, or none where nobody is signed in. */
export async function loadWatchlist({ api, query }: PageContext): Promise<WatchlistData> {
  const none = { page: 'watchlist', items: null, totalCount: 0, next: null } as const
  if (!api.isSignedIn) return none
  const after = query.get('after')?.slice(0, 1000) ?? null
  const { data } = await api.ask(WatchlistDocument, { first: pageSize, after })
  const list = data?.viewer?.watchlist
  if (!list) return none
  const items = list.nodes.flatMap(({ movie, addedAt }) => (movie ? [{ movie, addedAt }] : []))
  const { hasNextPage, endCursor } = list.pageInfo
  return { page: 'watchlist', items, totalCount: list.totalCount, next: hasNextPage ? endCursor : null }
}

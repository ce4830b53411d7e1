import type { Knex } from 'knex'
import { listAllFeedback, streamFeedback } from './feedback-lists.ts'
import { hiddenTable, historyTable, ratingsTable, watchlistTable } from './feedback-tables.ts'
import { findProfile } from './profile.repository.ts'
import type { HiddenRow, HistoryRow, ProfileRow, RatingRow, ViewerRow, WatchlistRow } from './rows.ts'
import { findViewer } from './viewers.repository.ts'

/** Everything that a viewer said and did, newest first. */
export interface Feedback {
  readonly ratings: readonly RatingRow[]
  readonly history: readonly HistoryRow[]
  readonly watchlist: readonly WatchlistRow[]
  readonly hidden: readonly HiddenRow[]
}

/** What others than the viewers' service may read of viewers: nothing here writes. */
export interface FeedbackRepository {
  /** Makes nobody: null for somebody who was never seen. One statement. */
  findViewerByUserId(userId: string): Promise<ViewerRow | null>
  /** One statement. */
  findProfile(viewerId: number): Promise<ProfileRow>
  /** One statement for each of the four lists. */
  listFeedback(viewerId: number): Promise<Feedback>
  /** Every viewer's ratings by viewer and title, in batches of 5,000: a statement each, without a transaction. */
  streamRatings(): AsyncIterable<RatingRow[]>
  /** The same for histories. */
  streamHistory(): AsyncIterable<HistoryRow[]>
}

export function createFeedbackRepository(db: Knex): FeedbackRepository {
  return {
    findViewerByUserId: (userId) => findViewer(db, userId),
    findProfile: (viewerId) => findProfile(db, viewerId),
    async listFeedback(viewerId) {
      const [ratings, history, watchlist, hidden] = await Promise.all([
        listAllFeedback(db, ratingsTable, viewerId),
        listAllFeedback(db, historyTable, viewerId),
        listAllFeedback(db, watchlistTable, viewerId),
        listAllFeedback(db, hiddenTable, viewerId),
      ])
      return { ratings, history, watchlist, hidden }
    },
    streamRatings: () => streamFeedback(db, ratingsTable),
    streamHistory: () => streamFeedback(db, historyTable),
  }
}

import type { Knex } from 'knex'
import { findFeedback, listFeedbackPage, type FeedbackList, type FeedbackSlice } from './feedback-lists.ts'
import type { FeedbackRow, FeedbackTable } from './feedback-tables.ts'

/** Reads what one viewer said and did. Each method is one statement, whatever the number of titles. */
export interface ViewerFeedbackRepository {
  /** A page of a list, newest first, and its length where that is wanted. */
  listPage<Row extends FeedbackRow>(
    table: FeedbackTable<Row>,
    slice: FeedbackSlice,
    wantsTotal: boolean,
  ): Promise<FeedbackList<Row>>
  /** The rows about these titles, in the titles' order, null where there is none. */
  findAbout<Row extends FeedbackRow>(
    table: FeedbackTable<Row>,
    viewerId: number,
    titleIds: readonly number[],
  ): Promise<Array<Row | null>>
}

export function createViewerFeedbackRepository(db: Knex): ViewerFeedbackRepository {
  return {
    listPage: (table, slice, wantsTotal) => listFeedbackPage(db, table, slice, wantsTotal),
    findAbout: (table, viewerId, titleIds) => findFeedback(db, table, viewerId, titleIds),
  }
}

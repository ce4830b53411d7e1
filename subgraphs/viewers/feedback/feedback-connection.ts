import { createLoader } from '@movieverse/movies-graphql/loader.ts'
import type { FeedbackList } from '@movieverse/viewers/feedback-lists.ts'
import type { HiddenRow, HistoryRow, RatingRow, WatchlistRow } from '@movieverse/viewers/rows.ts'

/** A page of a list, read when its fields are asked for, together with the list's length where that is one of them. */
export interface FeedbackConnectionSource<Row> {
  load(part: 'page' | 'total'): Promise<FeedbackList<Row>>
}

export type RatingConnectionSource = FeedbackConnectionSource<RatingRow>
export type WatchlistConnectionSource = FeedbackConnectionSource<WatchlistRow>
export type HistoryConnectionSource = FeedbackConnectionSource<HistoryRow>
export type HiddenTitleConnectionSource = FeedbackConnectionSource<HiddenRow>

/** A connection of which all fields that a query selects are one call of `read`. */
export function feedbackConnectionOf<Row>(
  read: (wantsTotal: boolean) => Promise<FeedbackList<Row>>,
): FeedbackConnectionSource<Row> {
  return createLoader(async (asked: ReadonlyArray<'page' | 'total'>) => {
    const list = await read(asked.includes('total'))
    return asked.map(() => list)
  })
}

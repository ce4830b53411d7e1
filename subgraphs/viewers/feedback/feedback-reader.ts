import type { PageArguments } from '@movieverse/titles/paging/page.ts'
import {
  hiddenTable,
  historyTable,
  ratingsTable,
  watchlistTable,
  type FeedbackRow,
  type FeedbackTable,
} from '@movieverse/viewers/feedback-tables.ts'
import { feedbackSliceOf } from '@movieverse/viewers/feedback-lists.ts'
import type { HiddenRow, HistoryRow, RatingRow, WatchlistRow } from '@movieverse/viewers/rows.ts'
import type { ViewerFeedbackRepository } from '@movieverse/viewers/viewer-feedback.repository.ts'
import { createLoader, type Loader } from '@movieverse/movies-graphql/loader.ts'
import { feedbackConnectionOf, type FeedbackConnectionSource } from './feedback-connection.ts'

/** One kind of feedback, as a request reads it. */
export interface KindReader<Row> {
  /** What the viewer said of a title; the titles of a level of the answer are one statement. */
  about(viewerId: number, titleId: number): Promise<Row | null>
  /** A page of the viewer's list; the same page is read once. Throws where the arguments are wrong. */
  list(viewerId: number, page: PageArguments): FeedbackConnectionSource<Row>
}

/** What a viewer said and did, each thing read at most once. */
export interface FeedbackReader {
  readonly ratings: KindReader<RatingRow>
  readonly watchlist: KindReader<WatchlistRow>
  readonly history: KindReader<HistoryRow>
  readonly hidden: KindReader<HiddenRow>
  /** Reads everything anew from here on: something changed. */
  forget(): void
}

/** The reader of one request. */
export function createFeedbackReader(repository: ViewerFeedbackRepository): FeedbackReader {
  const kinds = {
    ratings: readerOf(repository, ratingsTable),
    watchlist: readerOf(repository, watchlistTable),
    history: readerOf(repository, historyTable),
    hidden: readerOf(repository, hiddenTable),
  }
  return {
    ...kinds,
    forget() {
      for (const kind of Object.values(kinds)) kind.forget()
    },
  }
}

function readerOf<Row extends FeedbackRow>(
  repository: ViewerFeedbackRepository,
  table: FeedbackTable<Row>,
): KindReader<Row> & { forget(): void } {
  const loaders = new Map<number, Loader<number, Row | null>>()
  const lists = new Map<string, FeedbackConnectionSource<Row>>()
  const loaderOf = (viewerId: number): Loader<number, Row | null> => {
    const known = loaders.get(viewerId)
    if (known) return known
    const loader = createLoader((titleIds: readonly number[]) => repository.findAbout(table, viewerId, titleIds))
    loaders.set(viewerId, loader)
    return loader
  }
  return {
    about: (viewerId, titleId) => loaderOf(viewerId).load(titleId),
    list(viewerId, page) {
      const slice = feedbackSliceOf(table, viewerId, page)
      const key = JSON.stringify(slice)
      const known = lists.get(key)
      if (known) return known
      const list = feedbackConnectionOf((wantsTotal) => repository.listPage(table, slice, wantsTotal))
      lists.set(key, list)
      return list
    },
    forget() {
      loaders.clear()
      lists.clear()
    },
  }
}

import { fromSqlTime } from '@movieverse/service/sql-time.ts'
import type { HiddenRow, HistoryRow, RatingRow, WatchlistRow } from './rows.ts'

/** What every row of feedback has: whose it is, and about which title. */
export interface FeedbackRow {
  readonly viewerId: number
  readonly titleId: number
}

/** A table with at most one row for each viewer and title, and how its rows are read. */
export interface FeedbackTable<Row extends FeedbackRow> {
  readonly name: string
  /** Newest first is the order of every list. */
  readonly timeColumn: string
  readonly columns: readonly string[]
  readonly timeOf: (row: Row) => Date
  /** A row as the database has it: times as text, booleans as numbers. */
  readonly toRow: (stored: Stored<Row>) => Row
}

/** How the columns of a row come out of the database. */
export type Stored<Row> = {
  readonly [Name in keyof Row]: Row[Name] extends Date
    ? string
    : Row[Name] extends boolean
      ? number | boolean
      : Row[Name]
}

const pair = ['viewer_id as viewerId', 'title_id as titleId'] as const

export const ratingsTable: FeedbackTable<RatingRow> = {
  name: 'viewer_ratings',
  timeColumn: 'rated_at',
  columns: [...pair, 'half_stars as stars', 'rated_at as ratedAt'],
  timeOf: ({ ratedAt }) => ratedAt,
  toRow: (row) => ({ ...row, stars: row.stars / 2, ratedAt: fromSqlTime(row.ratedAt) }),
}

export const watchlistTable: FeedbackTable<WatchlistRow> = {
  name: 'watchlist_entries',
  timeColumn: 'added_at',
  columns: [...pair, 'added_at as addedAt'],
  timeOf: ({ addedAt }) => addedAt,
  toRow: (row) => ({ ...row, addedAt: fromSqlTime(row.addedAt) }),
}

export const historyTable: FeedbackTable<HistoryRow> = {
  name: 'history_entries',
  timeColumn: 'watched_at',
  columns: [
    ...pair,
    'progress_seconds as progressSeconds',
    'progress_percent as progressPercent',
    'is_completed as isCompleted',
    'watched_at as watchedAt',
  ],
  timeOf: ({ watchedAt }) => watchedAt,
  toRow: (row) => ({ ...row, isCompleted: Boolean(row.isCompleted), watchedAt: fromSqlTime(row.watchedAt) }),
}

export const hiddenTable: FeedbackTable<HiddenRow> = {
  name: 'hidden_titles',
  timeColumn: 'hidden_at',
  columns: [...pair, 'hidden_at as hiddenAt'],
  timeOf: ({ hiddenAt }) => hiddenAt,
  toRow: (row) => ({ ...row, hiddenAt: fromSqlTime(row.hiddenAt) }),
}

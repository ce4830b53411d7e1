import { toSqlTime } from '@movieverse/service/sql-time.ts'
import { chunksOf, insertTuples, type SqlValue } from '@movieverse/titles/writing/bulk-rows.ts'
import type { Knex } from 'knex'
import type { FeedbackRow } from './feedback-tables.ts'
import type { HiddenRow, HistoryRow, RatingRow, WatchlistRow } from './rows.ts'

/** Keys of one `in (…)` list. */
const viewersAtOnce = 1000

/**
 * The row ids of the viewers with these user ids, those that were missing made: for imports and seeds, which ask no grave
 * who was erased. Runs in the caller's transaction.
 */
export async function ensureViewers(trx: Knex, userIds: readonly string[], now: Date): Promise<Map<string, number>> {
  const time = toSqlTime(now)
  const ids = new Map<string, number>()
  for (const chunk of chunksOf([...new Set(userIds)], viewersAtOnce)) {
    const tuples = chunk.map((userId) => [userId, time, time])
    await insertTuples(trx, 'viewers', ['user_id', 'created_at', 'updated_at'], tuples, 'ignore')
    const found: Array<{ id: number; userId: string }> = await trx('viewers')
      .select('id', 'user_id as userId')
      .whereIn('user_id', chunk)
    for (const { id, userId } of found) ids.set(userId, id)
  }
  return ids
}

/** Writes ratings over those that are there. Each adds to its viewer's revision, as every function here. */
export async function putRatings(trx: Knex, rows: readonly RatingRow[]): Promise<void> {
  await put(trx, 'viewer_ratings', ['half_stars', 'rated_at'], rows, ({ stars, ratedAt }) => [
    stars * 2,
    toSqlTime(ratedAt),
  ])
}

export async function putWatchlistEntries(trx: Knex, rows: readonly WatchlistRow[]): Promise<void> {
  await put(trx, 'watchlist_entries', ['added_at'], rows, ({ addedAt }) => [toSqlTime(addedAt)])
}

export async function putHistoryEntries(trx: Knex, rows: readonly HistoryRow[]): Promise<void> {
  const columns = ['progress_seconds', 'progress_percent', 'is_completed', 'watched_at'] as const
  await put(trx, 'history_entries', columns, rows, (row) => [
    row.progressSeconds,
    row.progressPercent,
    Number(row.isCompleted),
    toSqlTime(row.watchedAt),
  ])
}

export async function putHiddenTitles(trx: Knex, rows: readonly HiddenRow[]): Promise<void> {
  await put(trx, 'hidden_titles', ['hidden_at'], rows, ({ hiddenAt }) => [toSqlTime(hiddenAt)])
}

/** Says that something of these viewers changed. */
export async function addToRevisions(trx: Knex, viewerIds: readonly number[]): Promise<void> {
  for (const ids of chunksOf([...new Set(viewerIds)], viewersAtOnce)) {
    await trx('viewers').whereIn('id', ids).increment('revision', 1)
  }
}

async function put<Row extends FeedbackRow>(
  trx: Knex,
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
  valuesOf: (row: Row) => readonly SqlValue[],
): Promise<void> {
  const tuples = rows.map((row) => [row.viewerId, row.titleId, ...valuesOf(row)])
  const onConflict = { key: ['viewer_id', 'title_id'], merge: columns }
  await insertTuples(trx, table, ['viewer_id', 'title_id', ...columns], tuples, onConflict)
  await addToRevisions(
    trx,
    rows.map(({ viewerId }) => viewerId),
  )
}

import type { Knex } from 'knex'
import { findFeedback } from './feedback-lists.ts'
import { historyTable } from './feedback-tables.ts'
import { putHistoryEntries } from './feedback-writer.ts'
import type { HistoryRow } from './rows.ts'
import { refused } from './user-errors.ts'

/** How far somebody watched. */
export interface NewProgress {
  readonly seconds: number | null
  readonly percent: number | null
  /** Null leaves it to the percentage. */
  readonly isCompleted: boolean | null
  /** Null is now. */
  readonly watchedAt: Date | null
}

/** From here on a title counts as watched to the end: what is left are the credits. */
export const completedFromPercent = 90

const longestSeconds = 7 * 24 * 3600
/** Clocks of clients run ahead of ours. */
const clockSkewMs = 5 * 60_000
const earliest = Date.UTC(1900, 0)

/** Why a progress cannot be recorded, or null where it can. */
export function refusalOfProgress(
  { seconds, percent, isCompleted, watchedAt }: NewProgress,
  now: Date,
): ReturnType<typeof refused> | null {
  if (seconds === null && percent === null && isCompleted === null) {
    return invalid('progressSeconds', 'Give progressSeconds, progressPercent or completed')
  }
  if (seconds !== null && (seconds < 0 || seconds > longestSeconds)) {
    return invalid('progressSeconds', `Seconds are from 0 to ${longestSeconds}`)
  }
  if (percent !== null && !(percent >= 0 && percent <= 100)) {
    return invalid('progressPercent', 'A percentage is from 0 to 100')
  }
  if (watchedAt && watchedAt.getTime() > now.getTime() + clockSkewMs) {
    return invalid('watchedAt', 'This is in the future')
  }
  if (watchedAt && watchedAt.getTime() < earliest) return invalid('watchedAt', 'This is before anybody watched')
  return null
}

function invalid(field: string, message: string): ReturnType<typeof refused> {
  return refused('InvalidProgress', `input.${field}`, message)
}

interface Watched extends NewProgress {
  readonly watchedAt: Date
}

/**
 * Writes how far the viewer watched a title, and answers what now stands there. Reports may come late and out of order:
 * the latest viewing stays. A title that was once watched to the end stays seen, unless the report says that it is not.
 */
export async function putProgress(
  trx: Knex,
  viewerId: number,
  title: { readonly id: number; readonly runtimeMinutes: number | null },
  watched: Watched,
): Promise<HistoryRow> {
  const [stored = null] = await findFeedback(trx, historyTable, viewerId, [title.id])
  const row = rowOf(viewerId, title, watched, stored)
  if (stored && stored.watchedAt > watched.watchedAt && stored.isCompleted === row.isCompleted) return stored
  const latest = stored && stored.watchedAt > watched.watchedAt ? { ...stored, isCompleted: row.isCompleted } : row
  await putHistoryEntries(trx, [latest])
  return latest
}

function rowOf(
  viewerId: number,
  { id, runtimeMinutes }: { readonly id: number; readonly runtimeMinutes: number | null },
  { seconds, percent, isCompleted, watchedAt }: Watched,
  stored: HistoryRow | null,
): HistoryRow {
  const known = percent ?? percentOf(seconds, runtimeMinutes)
  const progressPercent = known === null ? null : Math.round(known * 100) / 100
  const isEnd = progressPercent !== null && progressPercent >= completedFromPercent
  return {
    viewerId,
    titleId: id,
    progressSeconds: seconds,
    progressPercent,
    isCompleted: isCompleted ?? (isEnd || (stored?.isCompleted ?? false)),
    watchedAt,
  }
}

function percentOf(seconds: number | null, runtimeMinutes: number | null): number | null {
  if (seconds === null || runtimeMinutes === null) return null
  return Math.min(100, (seconds / (runtimeMinutes * 60)) * 100)
}

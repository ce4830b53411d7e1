import { fromSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'
import { signalOf } from './signals.ts'

/** A title that says something about a viewer's taste. */
export interface Signal {
  readonly titleId: number
  /** See signals.ts. */
  readonly value: number
  /** The viewer's own rating, where they gave one. */
  readonly stars: number | null
  readonly at: Date
}

/** What ranking needs to know of a viewer. */
export interface ViewerFeedback {
  /** Newest first. */
  readonly signals: readonly Signal[]
  /** Titles that are not recommended: rated, watched to the end, or hidden. */
  readonly excluded: ReadonlySet<number>
}

/** Ratings and titles watched that count, of each the newest. */
const countedAtMost = 500

interface FeedbackRow {
  readonly kind: 'rating' | 'history' | 'hidden'
  readonly titleId: number
  readonly halfStars: number | null
  readonly isCompleted: number | boolean | null
  readonly progressPercent: number | null
  readonly at: string
}

/** Everything that a viewer said or did, from all three tables in one statement. */
export async function findViewerFeedback(db: Knex, viewerId: number): Promise<ViewerFeedback> {
  const nothing = db.raw('null')
  const part = (kind: FeedbackRow['kind'], table: string, columns: Record<string, unknown>): Knex.QueryBuilder =>
    db(table)
      .select(db.raw('? as kind', [kind]), 'title_id as titleId')
      .select({ halfStars: nothing, isCompleted: nothing, progressPercent: nothing, ...columns })
      .where('viewer_id', viewerId)
  const rows: FeedbackRow[] = await part('rating', 'viewer_ratings', {
    halfStars: 'half_stars',
    at: 'rated_at',
  }).unionAll([
    part('history', 'history_entries', {
      isCompleted: 'is_completed',
      progressPercent: 'progress_percent',
      at: 'watched_at',
    }),
    part('hidden', 'hidden_titles', { at: 'hidden_at' }),
  ])
  return { signals: signalsOf(rows), excluded: new Set(rows.filter(isExcluded).map(({ titleId }) => titleId)) }
}

function isExcluded({ kind, isCompleted }: FeedbackRow): boolean {
  return kind !== 'history' || Boolean(isCompleted)
}

function signalsOf(rows: readonly FeedbackRow[]): Signal[] {
  const hidden = new Set(rows.filter(({ kind }) => kind === 'hidden').map(({ titleId }) => titleId))
  const shown = rows.filter(({ titleId }) => !hidden.has(titleId))
  const signals = [...Map.groupBy(shown, ({ titleId }) => titleId)].flatMap(([titleId, own]) => {
    const rating = own.find(({ kind }) => kind === 'rating')
    const history = own.find(({ kind }) => kind === 'history')
    const stars = rating?.halfStars ? rating.halfStars / 2 : null
    const value = signalOf({
      stars,
      isCompleted: Boolean(history?.isCompleted),
      progressPercent: history?.progressPercent ?? null,
    })
    const at = own.reduce((latest, row) => (row.at > latest ? row.at : latest), '')
    return value === null ? [] : [{ titleId, value, stars, at: fromSqlTime(at) }]
  })
  return signals.toSorted((a, b) => b.at.getTime() - a.at.getTime() || b.titleId - a.titleId).slice(0, countedAtMost)
}

import { toGlobalId } from '@movieverse/titles/global-id.ts'
import { selectIn } from '@movieverse/titles/writing/bulk-rows.ts'
import type { Knex } from 'knex'
import { listAllFeedback } from './feedback-lists.ts'
import { hiddenTable, historyTable, ratingsTable, watchlistTable } from './feedback-tables.ts'
import { findProfile } from './profile.repository.ts'
import type { ViewerRow } from './rows.ts'
import { toViewerId } from './viewer-id.ts'

/**
 * Everything that is stored about a viewer, as JSON that can be read without this platform: titles have their names and ids
 * at IMDb beside our own. Idempotency keys are no part of it: they hold what is here, and go after a day.
 */
export async function exportViewer(db: Knex, viewer: ViewerRow, now: Date): Promise<Record<string, unknown>> {
  const [lists, ratings, history, watchlist, hidden] = await Promise.all([
    findProfile(db, viewer.id),
    listAllFeedback(db, ratingsTable, viewer.id),
    listAllFeedback(db, historyTable, viewer.id),
    listAllFeedback(db, watchlistTable, viewer.id),
    listAllFeedback(db, hiddenTable, viewer.id),
  ])
  const titleOf = await titlesOf(db, [...ratings, ...history, ...watchlist, ...hidden])
  return {
    format: 'movieverse-viewer-1',
    exportedAt: now.toISOString(),
    viewer: {
      id: toViewerId(viewer.id),
      userId: viewer.userId,
      createdAt: viewer.createdAt.toISOString(),
      displayName: viewer.displayName,
      region: viewer.regionCode,
      maturity: viewer.maturity,
      languages: lists.languages,
      favouriteGenres: lists.genres,
      services: lists.services,
    },
    ratings: ratings.map(({ titleId, stars, ratedAt }) => ({
      ...titleOf(titleId),
      stars,
      ratedAt: ratedAt.toISOString(),
    })),
    watchlist: watchlist.map(({ titleId, addedAt }) => ({ ...titleOf(titleId), addedAt: addedAt.toISOString() })),
    history: history.map(({ titleId, progressSeconds, progressPercent, isCompleted, watchedAt }) => ({
      ...titleOf(titleId),
      progressSeconds,
      progressPercent,
      completed: isCompleted,
      watchedAt: watchedAt.toISOString(),
    })),
    hidden: hidden.map(({ titleId, hiddenAt }) => ({ ...titleOf(titleId), hiddenAt: hiddenAt.toISOString() })),
  }
}

interface ExportedTitle {
  readonly movieId: string
  readonly imdbId: string | null
  readonly title: string | null
}

async function titlesOf(
  db: Knex,
  rows: ReadonlyArray<{ readonly titleId: number }>,
): Promise<(titleId: number) => ExportedTitle> {
  const ids = [...new Set(rows.map(({ titleId }) => titleId))]
  const found = await selectIn(ids, (some): PromiseLike<Array<{ id: number; imdbId: string | null; title: string }>> =>
    db('titles').select('id', 'imdb_id as imdbId', 'title').whereIn('id', some),
  )
  const byId = new Map(found.map((row) => [row.id, row]))
  return (titleId) => ({
    movieId: toGlobalId('Movie', titleId),
    imdbId: byId.get(titleId)?.imdbId ?? null,
    title: byId.get(titleId)?.title ?? null,
  })
}

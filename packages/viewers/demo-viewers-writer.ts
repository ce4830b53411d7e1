import { toSqlTime } from '@movieverse/service/sql-time.ts'
import { chunksOf, inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import type { Knex } from 'knex'
import { demoFeedbackOf, demoViewersOf, type DemoFeedback, type DemoTitle, type DemoViewer } from './demo-viewers.ts'
import {
  ensureViewers,
  putHiddenTitles,
  putHistoryEntries,
  putRatings,
  putWatchlistEntries,
} from './feedback-writer.ts'

/** Viewers of one transaction: on SQLite it stays below 100 ms. */
const viewersAtOnce = 20
/** Tastes are drawn over the best known titles; a large catalogue would take long and show nothing more. */
const titlesAtMost = 400
const halfYearMs = 180 * 24 * 3_600_000

/**
 * Fills a database that holds titles and no viewers with people of different tastes; answers how many. A database with
 * viewers is left alone. The same catalogue always gets the same people with the same tastes.
 */
export async function writeDemoViewers(db: Knex, now: Date): Promise<number> {
  if (await db('viewers').first('id')) return 0
  const titles = await readTitles(db)
  const viewers = demoViewersOf(titles)
  for (const chunk of chunksOf(viewers, viewersAtOnce)) {
    await inWriteTransaction(db, (trx) => writeViewers(trx, chunk, titles, now))
  }
  return viewers.length
}

async function writeViewers(
  trx: Knex,
  viewers: readonly DemoViewer[],
  titles: readonly DemoTitle[],
  now: Date,
): Promise<void> {
  const ids = await ensureViewers(
    trx,
    viewers.map(({ userId }) => userId),
    now,
  )
  const rows = viewers.flatMap((viewer) => {
    const viewerId = ids.get(viewer.userId) ?? 0
    return demoFeedbackOf(viewer, titles).map((done) => rowOf(viewerId, done, now))
  })
  await putRatings(
    trx,
    rows.flatMap(({ stars, at, ...row }) => (stars === null ? [] : [{ ...row, stars, ratedAt: at }])),
  )
  await putHistoryEntries(
    trx,
    rows.flatMap(({ viewerId, titleId, percent, at }) =>
      percent === null
        ? []
        : [
            {
              viewerId,
              titleId,
              progressSeconds: null,
              progressPercent: percent,
              isCompleted: percent === 100,
              watchedAt: at,
            },
          ],
    ),
  )
  await putWatchlistEntries(
    trx,
    rows.flatMap(({ viewerId, titleId, isOnWatchlist, at }) =>
      isOnWatchlist ? [{ viewerId, titleId, addedAt: at }] : [],
    ),
  )
  await putHiddenTitles(
    trx,
    rows.flatMap(({ viewerId, titleId, isHidden, at }) => (isHidden ? [{ viewerId, titleId, hiddenAt: at }] : [])),
  )
  for (const viewer of viewers) await writeProfile(trx, ids.get(viewer.userId) ?? 0, viewer, now)
}

type DoneRow = Omit<DemoFeedback, 'age'> & { readonly viewerId: number; readonly at: Date }

function rowOf(viewerId: number, { age, ...done }: DemoFeedback, now: Date): DoneRow {
  return { ...done, viewerId, at: new Date(now.getTime() - Math.floor(age * halfYearMs)) }
}

async function writeProfile(trx: Knex, viewerId: number, viewer: DemoViewer, now: Date): Promise<void> {
  await trx('viewers')
    .where('id', viewerId)
    .update({ display_name: viewer.displayName, region_code: viewer.region, updated_at: toSqlTime(now) })
  const listed = (column: string, codes: readonly string[]): object[] =>
    codes.map((code, position) => ({ viewer_id: viewerId, [column]: code, position }))
  const [languages, genres, services] = [
    listed('language_code', viewer.languages),
    listed('genre_code', viewer.isNamed ? [viewer.genre] : []),
    listed('service_code', viewer.services),
  ]
  if (languages.length > 0) await trx('viewer_languages').insert(languages)
  if (genres.length > 0) await trx('viewer_genres').insert(genres)
  if (services.length > 0) await trx('viewer_services').insert(services)
}

async function readTitles(db: Knex): Promise<DemoTitle[]> {
  const rows: Array<{ id: number; imdbId: string | null; title: string; year: number | null }> = await db('titles')
    .select('id', 'imdb_id as imdbId', 'title', 'release_year as year')
    .orderBy([{ column: 'popularity', order: 'desc' }, 'sort_title', 'id'])
    .limit(titlesAtMost)
  const ids = rows.map(({ id }) => id)
  const genres: Array<{ id: number; code: string }> = await db('title_genres')
    .select('title_id as id', 'genre_code as code')
    .whereIn('title_id', ids)
  const regions: Array<{ id: number; code: string }> = await db('availabilities')
    .distinct('title_id as id', 'region_code as code')
    .whereIn('title_id', ids)
  const [genresOf, regionsOf] = [Map.groupBy(genres, ({ id }) => id), Map.groupBy(regions, ({ id }) => id)]
  return rows.map(({ id, imdbId, title, year }) => ({
    id,
    key: imdbId ?? `${title} ${year ?? ''}`,
    genres: genresOf.get(id)?.map(({ code }) => code) ?? [],
    regions: regionsOf.get(id)?.map(({ code }) => code) ?? [],
  }))
}

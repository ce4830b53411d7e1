import { dialectOf } from '@movieverse/service/dialect.ts'
import { inWriteTransaction, selectIn } from '@movieverse/titles/writing/bulk-rows.ts'
import { ensureViewers, putRatings } from '@movieverse/viewers/feedback-writer.ts'
import { fromSqlTime } from '@movieverse/service/sql-time.ts'
import type { RatingRow } from '@movieverse/viewers/rows.ts'
import type { Knex } from 'knex'
import { batchesOf, createBatchSizer } from './batches.ts'
import { ImportError } from './import-error.ts'
import { add, totalOf } from './import-runs.ts'
import { formatRejects, type Counts } from './import-report.ts'
import type { Reject } from './layout.ts'
import type { RatingInput, RatingsLayout, RatingsSource } from './ratings-layout.ts'

export interface RatingsImportOptions {
  readonly isDryRun?: boolean
  readonly allowedRejects?: number
  readonly now?: Date
  readonly onProgress?: (step: 'checking' | 'ratings', done: number, total: number) => void
}

/** What an import of ratings did, or would do in a dry run. */
export interface RatingsImportReport {
  readonly layout: string
  readonly isDryRun: boolean
  readonly seconds: number
  readonly read: Readonly<Record<string, number>>
  readonly ratings: Counts
  readonly viewers: number
  /** Ratings of titles that the catalogue does not hold, and the names of those most rated. */
  readonly leftOut: number
  readonly unknownTitles: readonly string[]
  readonly rejectCount: number
  readonly rejects: readonly Reject[]
}

const rejectsKept = 1000
const unknownKept = 20

/**
 * Imports ratings in two passes: the first checks every file and writes nothing, so that what is refused has changed
 * nothing; the second writes in batches, each in one transaction. Ratings are found by viewer and title, so a killed
 * import is finished by running it again, and a second import of the same files changes nothing. A title that the
 * catalogue does not hold is not made: MovieLens does not know where it may be watched.
 */
export async function runRatingsImport(
  db: Knex,
  layout: RatingsLayout,
  path: string,
  options: RatingsImportOptions = {},
): Promise<RatingsImportReport> {
  const { isDryRun = false, allowedRejects = 0, now = new Date(), onProgress = () => {} } = options
  const startedAt = performance.now()
  if (!(await db.schema.hasTable('viewer_ratings')))
    throw new ImportError('NO_SCHEMA', 'the database has no tables yet: run "pnpm db:migrate" first')
  const rejects: Reject[] = []
  let rejectCount = 0
  const source = await layout.validate(path, now, {
    onBytes: (done, total) => onProgress('checking', done, total),
    onReject(reject) {
      rejectCount += 1
      if (rejects.length < rejectsKept) rejects.push(reject)
    },
  })
  if (rejectCount > allowedRejects) {
    const message = `${rejectCount} rows cannot be taken and ${allowedRejects} may be left out (--allow-rejects)`
    throw new ImportError('TOO_MANY_REJECTS', message, { rejects })
  }
  const titles = await findTitles(db, [...source.names.keys()])
  const applied = await apply(db, source, titles, { isDryRun, now, onProgress })
  return {
    layout: layout.name,
    isDryRun,
    seconds: Math.round(performance.now() - startedAt) / 1000,
    read: source.rowsRead,
    ...applied,
    rejectCount,
    rejects,
  }
}

type TitleIds = ReadonlyMap<string, number>

async function findTitles(db: Knex, imdbIds: readonly string[]): Promise<TitleIds> {
  const rows = await selectIn(imdbIds, (ids) =>
    db('titles').whereIn('imdb_id', ids).select<Array<{ id: number; imdbId: string }>>('id', 'imdb_id as imdbId'),
  )
  return new Map(rows.map(({ id, imdbId }) => [imdbId, id]))
}

type Applied = Pick<RatingsImportReport, 'ratings' | 'viewers' | 'leftOut' | 'unknownTitles'>

async function apply(
  db: Knex,
  source: RatingsSource,
  titles: TitleIds,
  { isDryRun, now, onProgress }: Required<Pick<RatingsImportOptions, 'isDryRun' | 'now' | 'onProgress'>>,
): Promise<Applied> {
  const sizer = createBatchSizer(dialectOf(db))
  const viewers = new Set<string>()
  const unknown = new Map<string, number>()
  let ratings: Counts = { inserted: 0, updated: 0, unchanged: 0 }
  let done = 0
  for await (const batch of batchesOf(source.ratings(), 0, sizer)) {
    const known = batch.filter(({ imdbId }) => titles.has(imdbId))
    for (const { imdbId } of batch) if (!titles.has(imdbId)) unknown.set(imdbId, (unknown.get(imdbId) ?? 0) + 1)
    for (const { userId } of known) viewers.add(userId)
    const startedAt = performance.now()
    ratings = add(ratings, isDryRun ? await compare(db, known, titles) : await write(db, known, titles, now))
    if (!isDryRun) sizer.took(performance.now() - startedAt)
    onProgress('ratings', (done += batch.length), source.ratingCount)
  }
  const mostRated = [...unknown].toSorted(([, a], [, b]) => b - a).slice(0, unknownKept)
  return {
    ratings,
    viewers: viewers.size,
    leftOut: done - totalOf(ratings),
    unknownTitles: mostRated.map(([imdbId]) => `${imdbId} ${source.names.get(imdbId) ?? ''}`),
  }
}

async function write(db: Knex, batch: readonly RatingInput[], titles: TitleIds, now: Date): Promise<Counts> {
  if (batch.length === 0) return { inserted: 0, updated: 0, unchanged: 0 }
  return inWriteTransaction(db, async (trx) => {
    const ids = await ensureViewers(
      trx,
      batch.map(({ userId }) => userId),
      now,
    )
    const rows = batch.map((rating) => rowOf(rating, ids, titles))
    const { counts, changed } = await differences(trx, rows)
    if (changed.length > 0) await putRatings(trx, changed)
    return counts
  })
}

async function compare(db: Knex, batch: readonly RatingInput[], titles: TitleIds): Promise<Counts> {
  const userIds = [...new Set(batch.map(({ userId }) => userId))]
  const found: Array<{ id: number; userId: string }> = await db('viewers')
    .select('id', 'user_id as userId')
    .whereIn('user_id', userIds)
  const ids = new Map(found.map(({ id, userId }) => [userId, id]))
  // A viewer who would be made has no rating yet.
  const rows = batch.map((rating) => rowOf(rating, ids, titles))
  return (await differences(db, rows)).counts
}

function rowOf({ userId, imdbId, stars, ratedAt }: RatingInput, ids: TitleIds, titles: TitleIds): RatingRow {
  return { viewerId: ids.get(userId) ?? 0, titleId: titles.get(imdbId) ?? 0, stars, ratedAt }
}

/** Which rows are not stored as they are. One statement. */
async function differences(
  db: Knex,
  rows: readonly RatingRow[],
): Promise<{ readonly counts: Counts; readonly changed: readonly RatingRow[] }> {
  const stored: Array<{ viewerId: number; titleId: number; halfStars: number; ratedAt: string }> = await db(
    'viewer_ratings',
  )
    .select('viewer_id as viewerId', 'title_id as titleId', 'half_stars as halfStars', 'rated_at as ratedAt')
    .whereIn('viewer_id', [...new Set(rows.map(({ viewerId }) => viewerId))])
    .whereIn('title_id', [...new Set(rows.map(({ titleId }) => titleId))])
  const known = new Map(stored.map((row) => [`${row.viewerId} ${row.titleId}`, row]))
  const counts = { inserted: 0, updated: 0, unchanged: 0 }
  const changed = rows.filter((row) => {
    const found = known.get(`${row.viewerId} ${row.titleId}`)
    const isSame = found?.halfStars === row.stars * 2 && fromSqlTime(found.ratedAt).getTime() === row.ratedAt.getTime()
    counts[isSame ? 'unchanged' : found ? 'updated' : 'inserted'] += 1
    return !isSame
  })
  return { counts, changed }
}

/** The report as lines for people. */
export function formatRatingsReport(report: RatingsImportReport): string {
  const { ratings, viewers, leftOut, unknownTitles, read, rejectCount, rejects } = report
  const verb = report.isDryRun ? 'would be ' : ''
  return [
    `${report.layout}: ${report.isDryRun ? 'dry run' : 'imported'} in ${report.seconds.toFixed(1)} s`,
    `read: ${Object.entries(read)
      .map(([file, rows]) => `${file} ${rows}`)
      .join(', ')}`,
    `ratings: ${ratings.inserted} ${verb}inserted, ${ratings.updated} ${verb}updated, ${ratings.unchanged} unchanged, of ${viewers} viewers`,
    `left out: ${leftOut} ratings of titles that the catalogue does not hold`,
    ...unknownTitles.map((title) => `  ${title}`),
    `rejected: ${rejectCount}`,
    ...formatRejects(rejects, rejectCount),
  ].join('\n')
}

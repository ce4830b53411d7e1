import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@movieverse/service/migrations.ts'
import { inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import { writeTitles } from '@movieverse/titles/writing/title-writer.ts'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../tests/support/command.ts'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { writeImdbCsv } from '../../tests/support/imdb-csv-generator.ts'
import { createSmallDatabase, titleInput, writtenAt } from '../../tests/support/small-database.ts'
import { imdbCsv } from './layouts/imdb-csv/layout.ts'
import { movielens } from './layouts/movielens/layout.ts'
import { runImport } from './run-import.ts'
import { runRatingsImport } from './run-ratings-import.ts'

describe.each(dialects())('an import that is killed on %s', (dialect) => {
  test('goes on where it was and ends as if nothing had happened', async () => {
    await using database = await createTestDatabase(dialect)
    await migrate(database.db)
    const folder = await mkdtemp(join(tmpdir(), 'movieverse-imdb-'))
    const figures = await writeImdbCsv(folder, 3000)
    await killImport(database, ['imdb-csv', folder], 'titles 25 %')
    const reached = await countOf(database, 'titles')
    expect(reached).toBeGreaterThan(0)
    expect(reached).toBeLessThan(figures.titles)

    const report = await runImport(database.db, imdbCsv, folder)
    expect(report.resumedAfter).toBe(figures.people + reached)
    expect(report.titles, 'counts of both runs').toEqual({ inserted: figures.titles, updated: 0, unchanged: 0 })
    expect(await countOf(database, 'titles')).toBe(figures.titles)
    expect(await runImport(database.db, imdbCsv, folder)).toMatchObject({ changes: 0, resumedAfter: 0 })
    expect(await database.db('import_runs').pluck('state')).toEqual(['DONE', 'DONE'])
    await rm(folder, { recursive: true })
  })

  test('of ratings is finished by running it again: whole batches were taken, and none is lost', async () => {
    await using database = await createSmallDatabase(dialect)
    const folder = await mkdtemp(join(tmpdir(), 'movieverse-movielens-'))
    const movies = Array.from({ length: 60 }, (_, index) => index + 1)
    const titles = movies.map((id) => titleInput({ imdbId: `tt${1_000_000 + id}`, title: `Film ${id}` }))
    await inWriteTransaction(database.db, (trx) => writeTitles(trx, titles, writtenAt))
    const users = Array.from({ length: 250 }, (_, index) => index + 1)
    const ratings = users.flatMap((user) =>
      movies.map((movie) => `${user},${movie},${(movie % 10) / 2 + 0.5},${900_000_000 + user}`),
    )
    const linesOf = (header: string, lines: readonly string[]): string => `${[header, ...lines].join('\n')}\n`
    await writeFile(
      join(folder, 'movies.csv'),
      linesOf(
        'movieId,title,genres',
        movies.map((id) => `${id},Film ${id},Drama`),
      ),
    )
    await writeFile(
      join(folder, 'links.csv'),
      linesOf(
        'movieId,imdbId,tmdbId',
        movies.map((id) => `${id},${1_000_000 + id},`),
      ),
    )
    await writeFile(join(folder, 'ratings.csv'), linesOf('userId,movieId,rating,timestamp', ratings))

    await killImport(database, ['movielens', folder], 'ratings 25 %')
    const reached = await countOf(database, 'viewer_ratings')
    expect(reached).toBeGreaterThan(0)
    expect(reached).toBeLessThan(ratings.length)
    const report = await runRatingsImport(database.db, movielens, folder)
    expect(report.ratings).toEqual({ inserted: ratings.length - reached, updated: 0, unchanged: reached })
    expect(await countOf(database, 'viewer_ratings')).toBe(ratings.length)
    await rm(folder, { recursive: true })
  })
})

/** Starts an import, and kills it once it has printed how far it is. */
async function killImport({ url }: TestDatabase, args: readonly string[], mark: string): Promise<void> {
  await using command = runCommand(['scripts/db/import.ts', ...args], { DATABASE_URL: url })
  await command.printed(mark)
  command.signal('SIGKILL')
  await command.ended
}

async function countOf({ db }: TestDatabase, table: 'titles' | 'viewer_ratings'): Promise<number> {
  return Number((await db(table).count('* as n').first())?.n)
}

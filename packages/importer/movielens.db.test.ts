import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import { writeTitles } from '@movieverse/titles/writing/title-writer.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { createSmallDatabase, titleInput, writtenAt } from '../../tests/support/small-database.ts'
import { movielens } from './layouts/movielens/layout.ts'
import { runRatingsImport } from './run-ratings-import.ts'

const now = new Date('2026-11-23T00:00:00Z')
const good = {
  'movies.csv':
    'movieId,title,genres\n1,"Toy Story, the (1995)",Animation|Comedy\n2,Heat (1995),Action\n3,Nobody (1996),Drama\n',
  'links.csv': 'movieId,imdbId,tmdbId\n1,0114709,862\n2,113277,949\n3,9999999,\n',
  'ratings.csv':
    'userId,movieId,rating,timestamp\n1,1,4.0,964982703\n1,2,0.5,964981247\n2,1,5.0,847434962\n2,3,3.5,847434962\n',
}
type Files = typeof good

describe.each(dialects())('ratings of MovieLens on %s', (dialect) => {
  let database: TestDatabase
  let folder: string

  beforeAll(async () => {
    database = await createSmallDatabase(dialect)
    const titles = [
      titleInput({ imdbId: 'tt0114709', title: 'Toy Story' }),
      titleInput({ imdbId: 'tt0113277', title: 'Heat' }),
    ]
    await inWriteTransaction(database.db, (trx) => writeTitles(trx, titles, writtenAt))
  })
  afterAll(() => database[Symbol.asyncDispose]())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'movieverse-movielens-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
    await database.db('viewers').delete()
  })

  async function importFiles(changes: Partial<Files> = {}, options = {}) {
    await mkdir(folder, { recursive: true })
    for (const [name, text] of Object.entries({ ...good, ...changes })) await writeFile(join(folder, name), text)
    return runRatingsImport(database.db, movielens, folder, { now, ...options })
  }

  const stored = (): Promise<object[]> =>
    database
      .db('viewer_ratings as r')
      .join('viewers as v', 'v.id', 'r.viewer_id')
      .join('titles as t', 't.id', 'r.title_id')
      .select('v.user_id', 't.imdb_id', 'r.half_stars', 'r.rated_at')
      .orderBy(['v.user_id', 't.imdb_id'])

  test('ratings become those of viewers, by the id at IMDb, with their times', async () => {
    const report = await importFiles()
    expect(report).toMatchObject({
      ratings: { inserted: 3, updated: 0, unchanged: 0 },
      viewers: 2,
      leftOut: 1,
      unknownTitles: ['tt9999999 Nobody (1996)'],
      rejectCount: 0,
      read: { 'movies.csv': 3, 'links.csv': 3, 'ratings.csv': 4 },
    })
    expect((await stored()).map((row) => Object.values(row))).toEqual([
      ['movielens-1', 'tt0113277', 1, '2000-07-30 18:20:47.000'],
      ['movielens-1', 'tt0114709', 8, '2000-07-30 18:45:03.000'],
      ['movielens-2', 'tt0114709', 10, '1996-11-08 06:36:02.000'],
    ])
  })

  test('a second import changes nothing, and one with another rating changes that alone', async () => {
    await importFiles()
    expect((await importFiles()).ratings).toEqual({ inserted: 0, updated: 0, unchanged: 3 })
    const changed = good['ratings.csv'].replace('1,1,4.0', '1,1,4.5')
    expect((await importFiles({ 'ratings.csv': changed })).ratings).toEqual({ inserted: 0, updated: 1, unchanged: 2 })
  })

  test('a dry run says the same and writes nothing; columns may be written in small letters', async () => {
    const lower = good['ratings.csv'].replace('userId,movieId', 'userid,movieid')
    const report = await importFiles({ 'ratings.csv': lower }, { isDryRun: true })
    expect(report.ratings).toEqual({ inserted: 3, updated: 0, unchanged: 0 })
    expect([await stored(), await database.db('viewers')]).toEqual([[], []])
  })

  const line = (text: string): Partial<Files> => ({ 'ratings.csv': `${good['ratings.csv']}${text}\n` })
  const refusals: Array<[string, string, string, Partial<Files>]> = [
    ['a rating of 7', 'TOO_MANY_REJECTS', 'not a rating of 0.5 to 5 in halves: "7"', line('3,1,7,964982703')],
    ['a rating of -1', 'TOO_MANY_REJECTS', 'not a rating', line('3,1,-1,964982703')],
    ['a rating of NaN', 'TOO_MANY_REJECTS', 'not a rating', line('3,1,NaN,964982703')],
    ['a rating of 3.2', 'TOO_MANY_REJECTS', 'not a rating', line('3,1,3.2,964982703')],
    ['a time in the future', 'TOO_MANY_REJECTS', 'in the future', line('3,1,4,1995408000')],
    ['a time in words', 'TOO_MANY_REJECTS', 'not a time', line('3,1,4,yesterday')],
    ['a pair that is there twice', 'TOO_MANY_REJECTS', 'rated twice by user 1', line('1,1,3,964982704')],
    ['a movie that is not in movies.csv', 'TOO_MANY_REJECTS', 'not in movies.csv: 77', line('3,77,3,964982704')],
    ['a user without a number', 'TOO_MANY_REJECTS', 'not a whole number', line('x,1,3,964982704')],
    ['a line with too few fields', 'TOO_MANY_REJECTS', '2 fields in place of 4', line('3,1\n3,1,3,964982704')],
    ['a file that ends within a row', 'TRUNCATED', 'ends within a row', { 'ratings.csv': `${good['ratings.csv']}3,1` }],
    ['other columns', 'WRONG_COLUMNS', 'missing timestamp', { 'ratings.csv': 'userId,movieId,rating\n1,1,4\n' }],
    [
      'a link of another movie',
      'TOO_MANY_REJECTS',
      'repeated: tt0114709',
      { 'links.csv': good['links.csv'].replace('2,113277', '2,114709') },
    ],
  ]
  test.each(refusals)('%s is refused with %s, and nothing is written', async (_what, code, says, changes) => {
    const error = await importFiles(changes).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'ImportError', code })
    expect(JSON.stringify([String(error), error])).toContain(JSON.stringify(says).slice(1, -1))
    expect([await stored(), await database.db('viewers')]).toEqual([[], []])
  })

  test('rows that may be left out are told with file, line and reason, and the others are taken', async () => {
    const report = await importFiles(line('3,1,9,964982703\n3,2,4,964982703'), { allowedRejects: 1 })
    expect(report.rejects).toEqual([
      { file: 'ratings.csv', line: 6, field: 'rating', reason: 'not a rating of 0.5 to 5 in halves: "9"' },
    ])
    expect(report.ratings.inserted).toBe(4)
  })
})

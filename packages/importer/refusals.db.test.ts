import { appendFile, cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { migrate } from '@movieverse/service/migrations.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { writeImdbCsv } from '../../tests/support/imdb-csv-generator.ts'
import { imdbCsv } from './layouts/imdb-csv/layout.ts'
import { runImport } from './run-import.ts'

type Damage = (file: (name: string) => string) => Promise<void>

const rewrite = async (path: string, change: (text: string) => string): Promise<void> =>
  writeFile(path, change(await readFile(path, 'utf8')))
const line = (text: string) => (before: string) => `${before}${text}\n`
const movie = 'tt9999999,Title,2017,2017-06-09,97,India,$ 1,Hindi,Company'.split(',')
const movieWith = (index: number, value: string): string => movie.with(index, value).join(',')

/** What is wrong with a folder, the code of its refusal, and what its message or its first reject says. */
const refusals: Array<[what: string, code: string, says: RegExp, damage: Damage]> = [
  ['a missing file', 'FILE_UNREADABLE', /roles\.csv/, (file) => rm(file('roles.csv'))],
  ['an empty file', 'WRONG_COLUMNS', /ratings\.csv is empty/, (file) => truncate(file('ratings.csv'))],
  [
    'another layout',
    'WRONG_COLUMNS',
    /missing movie_id, genre; unexpected "titleId"/,
    (file) => writeFile(file('genres.csv'), 'titleId\n1\n'),
  ],
  [
    'a renamed column',
    'WRONG_COLUMNS',
    /missing year; unexpected "jahr"/,
    (file) => rewrite(file('movies.csv'), (text) => text.replace('year', 'jahr')),
  ],
  [
    'a file that ends within quotes',
    'TRUNCATED',
    /movies\.csv ends within a quoted field/,
    (file) => appendFile(file('movies.csv'), 'tt9999999,"Half a ti'),
  ],
  [
    'a file that ends within a row',
    'TRUNCATED',
    /directors\.csv ends within a row/,
    (file) => appendFile(file('directors.csv'), 'tt5000'),
  ],
  [
    'a quote in the middle of a field',
    'MALFORMED_CSV',
    /movies\.csv, line \d+/,
    (file) => appendFile(file('movies.csv'), 'tt1,a "quote,2017,,,,,,\n'),
  ],
  [
    'Latin-1 bytes',
    'NOT_UTF8',
    /names\.csv, line 2/,
    (file) =>
      writeFile(
        file('names.csv'),
        Buffer.from('id,name,height,date_of_birth,known_for_movies\nnm7000000,Zoë,,,\n', 'latin1'),
      ),
  ],
  [
    'a character cut in half at the end',
    'NOT_UTF8',
    /names\.csv/,
    (file) => appendFile(file('names.csv'), Buffer.from('nm9999999,Zo\u00eb').subarray(0, -1)),
  ],
  [
    'a row with a field too many',
    'TOO_MANY_REJECTS',
    /genres\.csv.*3 fields in place of 2/,
    (file) => rewrite(file('genres.csv'), line('tt5000000,Drama,x')),
  ],
  [
    'an unknown country',
    'TOO_MANY_REJECTS',
    /movies\.csv.*country.*Atlantis/,
    (file) => rewrite(file('movies.csv'), line(movieWith(5, '"India, Atlantis"'))),
  ],
  [
    'an unknown language',
    'TOO_MANY_REJECTS',
    /languages.*Elvish/,
    (file) => rewrite(file('movies.csv'), line(movieWith(7, 'Elvish'))),
  ],
  [
    'an unknown currency',
    'TOO_MANY_REJECTS',
    /worldwide_gross_income.*unknown currency XQQ/,
    (file) => rewrite(file('movies.csv'), line(movieWith(6, 'XQQ 5'))),
  ],
  [
    'an unknown genre',
    'TOO_MANY_REJECTS',
    /genre.*unknown genre.*Polka/,
    (file) => rewrite(file('genres.csv'), line('tt5000000,Polka')),
  ],
  [
    'a day that does not exist',
    'TOO_MANY_REJECTS',
    /date_published.*2017-02-30/,
    (file) => rewrite(file('movies.csv'), line(movieWith(3, '2017-02-30'))),
  ],
  [
    'a title that comes twice',
    'TOO_MANY_REJECTS',
    /id.*repeated.*tt5000003/,
    (file) => rewrite(file('movies.csv'), line(movieWith(0, 'tt5000003'))),
  ],
  [
    'a title without a name',
    'TOO_MANY_REJECTS',
    /title.*empty/,
    (file) => rewrite(file('movies.csv'), line(movieWith(1, ''))),
  ],
  [
    'a NUL byte in a title',
    'TOO_MANY_REJECTS',
    /title.*control character/,
    (file) => rewrite(file('movies.csv'), line(movieWith(1, 'a\0b'))),
  ],
  [
    'a rating above ten',
    'TOO_MANY_REJECTS',
    /avg_rating/,
    (file) => rewrite(file('ratings.csv'), (text) => text.replace(/,10,/, ',11,')),
  ],
  [
    'a director whom names.csv lacks',
    'TOO_MANY_REJECTS',
    /name_id.*no such person/,
    (file) => rewrite(file('directors.csv'), line('tt5000000,nm1234567')),
  ],
  [
    'a role of another kind',
    'TOO_MANY_REJECTS',
    /category.*neither actor nor actress/,
    (file) => rewrite(file('roles.csv'), line('tt5000000,nm7000000,gaffer')),
  ],
  [
    'a credit of a title that movies.csv lacks',
    'TOO_MANY_REJECTS',
    /movie_id.*no such title/,
    (file) => rewrite(file('roles.csv'), line('tt1234567,nm7000000,actor')),
  ],
]

describe.each(dialects())('importing damaged files on %s', (dialect) => {
  let database: TestDatabase
  let db: Knex
  let pristine: string
  let folder: string
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    db = database.db
    await migrate(db)
    pristine = await mkdtemp(join(tmpdir(), 'movieverse-imdb-'))
    await writeImdbCsv(pristine, 30)
  })
  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    await rm(pristine, { recursive: true })
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'movieverse-imdb-'))
    await cp(pristine, folder, { recursive: true })
  })
  afterEach(() => rm(folder, { recursive: true }))

  test.each(refusals)('%s is refused as %s and nothing is written', async (_what, code, says, damage) => {
    await damage((name) => join(folder, name))
    const refusal: unknown = await runImport(db, imdbCsv, folder).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ name: 'ImportError', code })
    const { message, rejects } = refusal as { message: string; rejects: object[] } // `as`: an ImportError, as just seen
    const [first] = rejects
    expect(first ? Object.values(first).join(' ') : message).toMatch(says)
    for (const table of ['titles', 'people', 'genres', 'regions', 'import_runs'])
      expect(await db(table), table).toEqual([])
  })

  test('a folder that is not there is refused', async () => {
    await expect(runImport(db, imdbCsv, join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})

describe.each(dialects())('a database without tables on %s', (dialect) => {
  test('is told to be migrated first', async () => {
    await using database = await createTestDatabase(dialect)
    await expect(runImport(database.db, imdbCsv, 'anywhere')).rejects.toMatchObject({ code: 'NO_SCHEMA' })
  })
})

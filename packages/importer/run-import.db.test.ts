import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { migrate } from '@movieverse/service/migrations.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { writeImdbCsv, type GeneratedFigures } from '../../tests/support/imdb-csv-generator.ts'
import { hasImdbData, importedCatalogue } from '../../tests/support/imported-catalogue.ts'
import { seedDatabase } from '@movieverse/titles/seeding/seeding.ts'
import { claimRun, openRun, saveCheckpoint } from './import-runs.ts'
import type { Layout } from './layout.ts'
import { imdbCsv } from './layouts/imdb-csv/layout.ts'
import { runImport } from './run-import.ts'

const titleCount = 120

describe.each(dialects())('importing imdb-csv on %s', (dialect) => {
  let database: TestDatabase
  let db: Knex
  let folder: string
  let figures: GeneratedFigures
  beforeEach(async () => {
    database = await createTestDatabase(dialect)
    db = database.db
    await migrate(db)
    folder = await mkdtemp(join(tmpdir(), 'movieverse-imdb-'))
    figures = await writeImdbCsv(folder, titleCount)
  })
  afterEach(async () => {
    await database[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  const rewrite = async (name: string, change: (text: string) => string): Promise<void> =>
    writeFile(join(folder, name), change(await readFile(join(folder, name), 'utf8')))

  test('takes every row of a folder full of traps', async () => {
    const report = await runImport(db, imdbCsv, folder)
    expect(report).toMatchObject({
      rejectCount: 0,
      titles: { inserted: figures.titles, updated: 0, unchanged: 0 },
      people: { inserted: figures.people },
      changes: figures.titles + figures.people,
      unmatchedSeeds: [],
    })
    expect(await countsOf(db)).toEqual(expectedOf(figures))
    expect(await countOf(db, 'credits')).toBe(figures.credits)
    expect(await db('import_runs').select('state')).toEqual([{ state: 'DONE' }])
  })

  test('keeps what sources write in odd ways', async () => {
    await runImport(db, imdbCsv, folder)
    const titles = await db('titles').orderBy('id').limit(12).select('title', 'gross_minor', 'gross_currency')
    expect(titles.map((row) => row.title)).toEqual(
      expect.arrayContaining(['Quotes "inside" a title', '<script>alert(1)</script>', 'मदर इंडिया']),
    )
    expect(titles.slice(0, 3)).toMatchObject([
      { gross_minor: 1_215_600, gross_currency: 'USD' },
      { gross_minor: null, gross_currency: null },
      { gross_minor: 53_050_000_000, gross_currency: 'INR' },
    ])
    const listOf = (table: string, column: string, imdbId: string): Promise<string[]> =>
      db(table)
        .whereIn('title_id', db('titles').select('id').where('imdb_id', imdbId))
        .orderBy('position')
        .pluck(column)
    expect(await listOf('title_countries', 'country_code', 'tt5000009')).toEqual(['RO', 'CA', 'US'])
    expect(await listOf('title_countries', 'country_code', 'tt5000005')).toEqual(['SU'])
    expect(await listOf('title_countries', 'country_code', 'tt5000012')).toHaveLength(25)
    expect(await listOf('title_languages', 'language_code', 'tt5000002'), 'a name that holds a comma').toEqual([
      'grc',
      'en',
    ])
    expect(await listOf('title_languages', 'language_code', 'tt5000006'), 'two names of one code').toEqual(['nl'])
    expect(await db('titles').where({ sort_title: 'same title' }).count('* as n').first()).toEqual({ n: 2 })
  })

  test('changes nothing the second time and only what differs the third', async () => {
    await runImport(db, imdbCsv, folder)
    expect(await runImport(db, imdbCsv, folder)).toMatchObject({ changes: 0, titles: { unchanged: titleCount } })
    await rewrite('movies.csv', (text) => text.replace('Der müde Tod', 'Destiny'))
    await rewrite('names.csv', (text) => text.replace('Person 0,', 'Person Zero,'))
    expect(await runImport(db, imdbCsv, folder)).toMatchObject({
      titles: { updated: 1 },
      people: { updated: 1 },
      changes: 2,
    })
    expect(await db('titles').where({ imdb_id: 'tt5000000' }).first()).toMatchObject({ sort_title: 'destiny' })
  })

  test('a dry run foretells the changes and writes nothing', async () => {
    await seedDatabase(db)
    const before = await countOf(db, 'titles')
    const foretold = await runImport(db, imdbCsv, folder, { isDryRun: true })
    expect(await countOf(db, 'titles')).toBe(before)
    expect(await db('import_runs')).toEqual([])
    const { titles, people, unmatchedSeeds } = await runImport(db, imdbCsv, folder)
    expect(foretold).toMatchObject({ titles, people, isDryRun: true })
    expect(foretold.unmatchedSeeds.map(({ id }) => id)).toEqual(unmatchedSeeds.map(({ id }) => id))
  })

  test('leaves out as many rejected rows as allowed, with file, line, field and reason of each', async () => {
    await rewrite('movies.csv', (text) =>
      text.replace('2017', '17').replace(/^tt5000003,([^,]*|"[^"]*"),\d{4}/m, 'tt5000003,$1,99'),
    )
    await expect(runImport(db, imdbCsv, folder)).rejects.toMatchObject({ code: 'TOO_MANY_REJECTS' })
    const report = await runImport(db, imdbCsv, folder, { allowedRejects: 5 })
    expect(report.rejects).toContainEqual({
      file: 'movies.csv',
      line: 5,
      field: 'year',
      reason: 'not a whole number from 1870 to 2200: "99"',
    })
    expect(report.titles.inserted).toBe(titleCount - report.rejectCount)
    expect(await db('titles').where({ imdb_id: 'tt5000003' })).toEqual([])
  })

  test('accepts byte order marks, carriage returns, quoted headers and columns in another order', async () => {
    await rewrite('movies.csv', (text) => `\uFEFF"id"${text.slice(2).replaceAll('\n', '\r\n')}`)
    await rewrite('genres.csv', (text) => text.replaceAll(/^([^,]*),(.*)$/gm, '$2,$1'))
    expect(await runImport(db, imdbCsv, folder)).toMatchObject({ titles: { inserted: titleCount }, rejectCount: 0 })
  })

  test('matches seeded titles and names those that it could not match', async () => {
    const seeded = await seedDatabase(db)
    await rewrite('movies.csv', (text) => text.replace('tt5000000', 'tt0012494').replace(/Same Title,/, 'Ankur,'))
    for (const file of ['genres.csv', 'ratings.csv', 'directors.csv', 'roles.csv']) {
      await rewrite(file, (text) => text.replaceAll('tt5000000', 'tt0012494'))
    }
    const report = await runImport(db, imdbCsv, folder)
    expect(report.titles).toEqual({ inserted: titleCount - 1, updated: 1, unchanged: 0 })
    expect(report.unmatchedSeeds).toHaveLength(seeded - 1)
    expect(
      report.unmatchedSeeds.filter(({ reason }) => reason === 'SAME_TITLE_ONLY').map(({ title }) => title),
    ).toEqual(['Ankur'])
  })

  test('files that change between the passes fail the import, and the next one starts anew', async () => {
    const changing: Layout = {
      ...imdbCsv,
      async validate(...given) {
        const source = await imdbCsv.validate(...given)
        await rewrite('movies.csv', (text) => text.replace('Der müde Tod', 'Destiny'))
        return source
      },
    }
    await expect(runImport(db, changing, folder)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
    expect(await db('import_runs').pluck('state')).toEqual(['FAILED'])
    expect(await runImport(db, imdbCsv, folder)).toMatchObject({ resumedAfter: 0 })
    expect(await countOf(db, 'titles')).toBe(titleCount)
  })

  test('two imports of the same files do not apply the same batch', async () => {
    const mine = await openRun(db, 'imdb-csv', 'f'.repeat(64))
    const theirs = await openRun(db, 'imdb-csv', 'f'.repeat(64))
    expect(theirs).toEqual(mine)
    const counts = { inserted: 1, updated: 0, unchanged: 0 }
    await db.transaction(async (trx) => {
      await claimRun(trx, theirs)
      await saveCheckpoint(trx, theirs.id, { ...theirs.checkpoint, people: counts })
    })
    await expect(db.transaction((trx) => claimRun(trx, mine))).rejects.toMatchObject({ code: 'ALREADY_RUNNING' })
  })
})

describe.skipIf(!hasImdbData()).each(dialects())('the IMDb set on %s', (dialect) => {
  test('gives each region what the founding paper counts', async () => {
    await using catalogue = await importedCatalogue(dialect)
    expect(await countsOf(catalogue.db)).toEqual({
      titles: 7997,
      regions: { IN: 1068, US: 2863, GB: 690 },
      anyRegion: 4394,
      twoOrMoreRegions: 216,
      allRegions: 11,
      withoutCountry: 20,
    })
  })
})

function expectedOf({ people: _people, credits: _credits, ...figures }: GeneratedFigures): unknown {
  return figures
}

async function countsOf(db: Knex): Promise<unknown> {
  const listed = await db('title_listings')
    .where('scope', 'like', 'region:%')
    .groupBy('scope')
    .select('scope', db.raw('count(*) as n'))
  const byScope = new Map<string, number>(listed.map((row) => [row.scope, row.n]))
  const perTitle = await db('availabilities').groupBy('title_id').select<Array<{ n: number }>>(db.raw('count(*) as n'))
  const inRegions = perTitle.map((row) => row.n)
  return {
    titles: await countOf(db, 'titles'),
    regions: { IN: byScope.get('region:IN'), US: byScope.get('region:US'), GB: byScope.get('region:GB') },
    anyRegion: inRegions.length,
    twoOrMoreRegions: inRegions.filter((count) => count >= 2).length,
    allRegions: inRegions.filter((count) => count === 3).length,
    withoutCountry:
      (await countOf(db, 'titles')) - Number((await db('title_countries').countDistinct('title_id as n').first())?.n),
  }
}

async function countOf(db: Knex, table: string): Promise<number> {
  return Number((await db(table).count('* as n').first())?.n)
}

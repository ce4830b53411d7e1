import type { Knex } from 'knex'
import { migrate } from '@movieverse/service/migrations.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import { readSeedTitles } from './seed-titles.ts'
import { seedDatabase, seedIfEmpty } from './seeding.ts'
import { inWriteTransaction } from '../writing/bulk-rows.ts'
import { writeTitles } from '../writing/title-writer.ts'

describe.each(dialects())('seeds on %s', (dialect) => {
  let database: TestDatabase
  let db: Knex
  beforeEach(async () => {
    database = await createTestDatabase(dialect)
    db = database.db
    await migrate(db)
  })
  afterEach(() => database[Symbol.asyncDispose]())

  test('running them twice changes no row of any table', async () => {
    const seeded = await readSeedTitles()
    expect(await seedDatabase(db)).toBe(seeded.length)
    const before = await everyRow(db)
    expect(await seedDatabase(db)).toBe(0)
    expect(await everyRow(db)).toEqual(before)
  })

  test('show the founding titles with the label of their countries', async () => {
    await seedDatabase(db)
    const rows = await db('titles as t')
      .join('title_countries as tc', 'tc.title_id', 't.id')
      .join('countries as c', 'c.code', 'tc.country_code')
      .where('t.imdb_id', 'tt0192669')
      .orderBy('tc.position')
      .select('t.title', 'c.name')
    expect(`${rows.map((row) => row.name).join(', ')}-${rows[0]?.title}`).toBe(
      'Romania, Canada, USA-Teenage Space Vampires',
    )
  })

  test('a database that holds a title is not seeded, but gets regions and reference data', async () => {
    await seedIfEmpty(db)
    await db('titles').where('imdb_id', '!=', 'tt0192669').orWhereNull('imdb_id').delete()
    await db('genres').insert({ code: 'mine', name: 'Mine' })
    await db('genres').where({ code: 'sport' }).delete()
    expect(await seedIfEmpty(db)).toBe(0)
    expect(await db('titles').pluck('imdb_id')).toEqual(['tt0192669'])
    expect(await db('genres').whereIn('code', ['mine', 'sport']).pluck('code')).toEqual(['mine', 'sport'])
  })

  test('put back a title that was deleted and leave alone what an import wrote', async () => {
    await seedDatabase(db)
    const imported = (await readSeedTitles()).find((title) => title.imdbId === 'tt0192669')
    if (!imported) throw new Error('the seeds lost a founding title')
    await inWriteTransaction(db, (trx) =>
      writeTitles(trx, [{ ...imported, votes: 417, averageRating: 3.4 }], new Date()),
    )
    await db('titles').where('title', 'Ankur').delete()
    expect(await seedDatabase(db)).toBe(1)
    expect(await db('titles').where('imdb_id', 'tt0192669').first()).toMatchObject({ votes: 417 })
  })
})

const tables = [
  'countries',
  'languages',
  'genres',
  'regions',
  'region_countries',
  'people',
  'titles',
  'title_countries',
  'title_languages',
  'title_genres',
  'credits',
  'availabilities',
  'availability_languages',
  'availability_overrides',
  'availability_changes',
  'title_listings',
  'search_terms',
  'search_variants',
]

async function everyRow(db: Knex): Promise<Record<string, string[]>> {
  const rows = await Promise.all(tables.map((table) => db(table)))
  return Object.fromEntries(
    tables.map((table, index) => [table, (rows[index] ?? []).map((row) => JSON.stringify(row)).toSorted()]),
  )
}

import type { Knex } from 'knex'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import { createSmallDatabase, titleInput, writtenAt } from '../../../tests/support/small-database.ts'
import { always } from '../listing/listing-scopes.ts'
import { inWriteTransaction } from './bulk-rows.ts'
import { writeTitles, type TitleInput, type TitleSource, type WriteCounts } from './title-writer.ts'

describe.each(dialects())('writing titles on %s', (dialect) => {
  let database: TestDatabase
  let db: Knex
  beforeEach(async () => {
    database = await createSmallDatabase(dialect)
    db = database.db
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const write = (inputs: TitleInput[], source?: TitleSource): Promise<WriteCounts> =>
    inWriteTransaction(db, (trx) => writeTitles(trx, inputs, writtenAt, source))
  const listed = (scope: string): Promise<string[]> =>
    db('title_listings as l')
      .join('titles as t', 't.id', 'l.title_id')
      .where({ scope })
      .orderBy('l.title_key')
      .pluck('t.title')

  test('stores every fact, list and credit of a title in source order', async () => {
    expect(await write([titleInput()])).toEqual({ inserted: 1, updated: 0, unchanged: 0 })
    expect(await db('titles').first()).toMatchObject({
      imdb_id: 'tt0000001',
      sort_title: 'ek din achanak',
      release_year: 1989,
      published_on: '1989-06-01',
      gross_minor: 1_215_600,
      average_rating: 7.7,
      created_at: '2026-11-01 12:00:00.000',
    })
    expect(await db('title_countries').orderBy('position').pluck('country_code')).toEqual(['IN', 'US'])
    expect(await db('title_languages').orderBy('position').pluck('language_code')).toEqual(['hi', 'en'])
    const people = await db('credits as c')
      .join('people as p', 'p.id', 'c.person_id')
      .orderBy('p.id')
      .select('role', 'name', 'born_on')
    expect(people).toEqual([
      { role: 'DIRECTOR', name: 'Mrinal Sen', born_on: '1923-05-14' },
      { role: 'ACTRESS', name: 'Shabana Azmi', born_on: null },
    ])
    expect(await db('search_terms').orderBy('term').pluck('term')).toEqual([
      'achanak',
      'day',
      'din',
      'ek',
      'one',
      'suddenly',
    ])
    expect(await db('search_variants').where({ variant: 'achnak' }).pluck('term')).toEqual(['achanak'])
  })

  test('makes a title available, listed and logged in each region that helped produce it and in no other', async () => {
    await write([titleInput(), titleInput({ imdbId: 'tt0000002', title: 'Elsewhere', countries: ['FR', 'DE'] })])
    const availabilities = await db('availabilities')
      .orderBy('region_code')
      .select('region_code', 'source', 'available_from', 'available_until')
    expect(availabilities).toEqual(
      ['IN', 'US'].map((region_code) => ({
        region_code,
        source: 'POLICY',
        available_from: '1989-06-01 00:00:00.000',
        available_until: null,
      })),
    )
    expect(await db('availability_changes').pluck('kind')).toEqual(['ADDED', 'ADDED'])
    expect(await listed('region:IN')).toEqual(['Ek Din Achanak'])
    expect(await listed('region:GB')).toEqual([])
    expect(await listed('*')).toEqual(['Ek Din Achanak', 'Elsewhere'])
    expect(await listed('country:FR')).toEqual(['Elsewhere'])
    expect(await db('title_listings').where({ scope: 'region:US' }).first()).toMatchObject({
      listed_from: '1989-06-01 00:00:00.000',
      listed_until: always.until,
    })
  })

  test('a title written again as it is changes no row at all', async () => {
    await write([titleInput()])
    const before = await everything(db)
    expect(await write([titleInput()])).toEqual({ inserted: 0, updated: 0, unchanged: 1 })
    expect(await everything(db)).toEqual(before)
  })

  test('a changed title keeps its id and its creation time, and its lists, words and regions follow', async () => {
    await write([titleInput()])
    const { id } = await db('titles').first('id')
    const changed = titleInput({
      title: 'One Day',
      originalTitle: null,
      countries: ['GB', 'IN'],
      genres: ['comedy'],
      credits: [],
    })
    expect(await inWriteTransaction(db, (trx) => writeTitles(trx, [changed], new Date('2026-12-01')))).toEqual({
      inserted: 0,
      updated: 1,
      unchanged: 0,
    })
    expect(await db('titles').first()).toMatchObject({ id, title: 'One Day', created_at: '2026-11-01 12:00:00.000' })
    expect(await listed('region:GB')).toEqual(['One Day'])
    expect(await listed('region:US')).toEqual([])
    expect(await listed('genre:drama')).toEqual([])
    expect(await db('search_terms').orderBy('term').pluck('term')).toEqual(['day', 'one'])
    const changes = await db('availability_changes')
      .where('changed_at', '>', '2026-11-30')
      .orderBy('id')
      .select('kind', 'region_code')
    expect(changes).toEqual([
      { kind: 'ADDED', region_code: 'GB' },
      { kind: 'REMOVED', region_code: 'US' },
    ])
    expect(await db('people').pluck('name'), 'a person without id or credit is gone').toEqual(['Mrinal Sen'])
  })

  test('a new publication date moves the availability and is logged as a change', async () => {
    await write([titleInput({ countries: ['IN'] })])
    await write([titleInput({ countries: ['IN'], publishedOn: null })])
    expect(await db('availabilities').pluck('available_from')).toEqual(['1989-01-01 00:00:00.000'])
    expect(await db('availability_changes').orderBy('id').pluck('kind')).toEqual(['ADDED', 'CHANGED'])
    expect(await db('title_listings').where({ scope: 'region:IN' }).pluck('listed_from')).toEqual([
      '1989-01-01 00:00:00.000',
    ])
  })

  test('two titles with equal title and year stay two titles when their ids differ', async () => {
    await write([titleInput(), titleInput({ imdbId: 'tt0000002' })])
    expect(await write([titleInput(), titleInput({ imdbId: 'tt0000002' })])).toMatchObject({
      inserted: 0,
      unchanged: 2,
    })
    expect(await db('titles').pluck('imdb_id')).toEqual(['tt0000001', 'tt0000002'])
  })

  test('a seeded title without id is found by folded title and countries and takes over the id', async () => {
    const seeded = titleInput({ imdbId: null, title: 'EK DIN — Áchanak', releaseYear: 1990 })
    await write([seeded], 'seed')
    expect(await write([titleInput({ countries: ['US', 'IN'] })])).toMatchObject({ inserted: 0, updated: 1 })
    expect(await db('titles').select('imdb_id', 'title')).toEqual([{ imdb_id: 'tt0000001', title: 'Ek Din Achanak' }])
    expect(await write([seeded], 'seed'), 'a seed leaves alone what an import wrote').toMatchObject({ unchanged: 1 })
  })

  test.each<[string, Partial<TitleInput>]>([
    ['other countries', { countries: ['IN'] }],
    ['other directors', { credits: [{ person: { name: 'Someone Else' }, role: 'DIRECTOR', position: 0 }] }],
  ])('a seeded title of the same name with %s is another title', async (_what, difference) => {
    await write([titleInput({ imdbId: null, releaseYear: 1960, ...difference })], 'seed')
    expect(await write([titleInput()])).toMatchObject({ inserted: 1 })
  })

  test('two seeded films of one name and country are told apart by year, or not matched at all', async () => {
    const older = titleInput({ imdbId: null, releaseYear: 1955, credits: [] })
    const newer = titleInput({ imdbId: null, releaseYear: 2002, credits: [] })
    await write([older, newer], 'seed')
    expect(await write([older, newer], 'seed')).toMatchObject({ unchanged: 2 })
    expect(await write([titleInput({ imdbId: 'tt0000007', releaseYear: 2017 })])).toMatchObject({ inserted: 1 })
    expect(await write([titleInput({ imdbId: 'tt0000008', releaseYear: 2002 })])).toMatchObject({ updated: 1 })
  })

  test('writes more titles than one statement takes', async () => {
    const many = Array.from({ length: 1234 }, (_, n) =>
      titleInput({ imdbId: `tt${String(n).padStart(7, '0')}`, title: `Film ${n}` }),
    )
    expect(await write(many)).toEqual({ inserted: 1234, updated: 0, unchanged: 0 })
    expect(await write(many)).toEqual({ inserted: 0, updated: 0, unchanged: 1234 })
    expect(await db('title_listings').where({ scope: 'region:IN' }).count('* as n').first()).toEqual({ n: 1234 })
  })
})

async function everything(db: Knex): Promise<unknown[]> {
  const tables = [
    'titles',
    'people',
    'title_countries',
    'credits',
    'availabilities',
    'availability_changes',
    'title_listings',
    'search_terms',
  ]
  return Promise.all(tables.map(async (table) => (await db(table)).map((row) => JSON.stringify(row)).toSorted()))
}

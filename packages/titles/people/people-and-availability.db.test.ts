import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import { createAvailabilityRepository } from '../availability/availability.repository.ts'
import { createPeopleRepository } from './people.repository.ts'
import { createReferenceRepository } from '../reference/reference.repository.ts'
import { createCatalogue } from '../testing/generated-catalogue.ts'
import { generateTitles, testNow as now } from '../testing/generated-titles.ts'
import { statementsOf } from '../testing/statements.ts'
import { createTitlesRepository } from '../titles.repository.ts'

const at = '2026-01-01 00:00:00.000'
const open = { available_from: at, available_until: null, created_at: at, updated_at: at }

describe.each(dialects())('people, availability and reference data on %s', (dialect) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    const { db } = database
    await createCatalogue(db, generateTitles(30, 5))
    await db('people').insert(
      ['Asha', 'Bert', 'Cleo'].map((name, index) => ({
        id: index + 1,
        name,
        sort_name: name.toLowerCase(),
        born_on: '1950-02-03',
      })),
    )
    await db('credits').insert([
      { title_id: 1, person_id: 2, role: 'ACTOR', position: 1 },
      { title_id: 1, person_id: 3, role: 'ACTRESS', position: 2 },
      { title_id: 1, person_id: 1, role: 'DIRECTOR', position: 2 },
      { title_id: 1, person_id: 2, role: 'DIRECTOR', position: 1 },
      { title_id: 2, person_id: 2, role: 'ACTOR', position: 1 },
    ])
    await db('availabilities').insert([
      { ...open, id: 1, title_id: 1, region_code: 'US', source: 'POLICY', offer_key: 'POLICY', offer_type: null },
      {
        ...open,
        id: 2,
        title_id: 1,
        region_code: 'GB',
        source: 'OFFER',
        offer_key: 'a',
        offer_type: 'RENT',
        available_until: '2026-06-01 12:00:00.000',
      },
      {
        ...open,
        id: 3,
        title_id: 1,
        region_code: 'IN',
        source: 'OFFER',
        offer_key: 'b',
        offer_type: 'BUY',
        available_from: '2026-06-01 12:00:00.000',
        price_minor: 499,
        currency: 'INR',
        quality: 'HD',
      },
      {
        ...open,
        id: 4,
        title_id: 2,
        region_code: 'IN',
        source: 'OFFER',
        offer_key: 'c',
        offer_type: 'FREE',
        available_from: '2026-06-01 12:00:00.001',
      },
    ])
    await db('availability_languages').insert([
      { availability_id: 3, track: 'SUBTITLES', language_code: 'en', position: 1 },
      { availability_id: 3, track: 'AUDIO', language_code: 'hi', position: 1 },
      { availability_id: 3, track: 'AUDIO', language_code: 'en', position: 2 },
    ])
    const kinds = ['ADDED', 'CHANGED', 'REMOVED']
    await db('availability_changes').insert(
      Array.from({ length: 12 }, (_, index) => ({
        id: index + 1,
        title_id: 1 + (index % 3),
        region_code: index % 2 === 0 ? 'IN' : 'US',
        kind: kinds[index % 3],
        offer_type: null,
        available_from: at,
        available_until: null,
        changed_at: `2026-01-${String(index + 10)} 00:00:00.000`,
      })),
    )
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('directors come in billing order, and before actors among all credits', async () => {
    const people = createPeopleRepository(database.db)
    const names = (await people.listDirectors([2, 1])).map((group) => group.map(({ name }) => name))
    expect(names).toEqual([[], ['Bert', 'Asha']])
    const [first, none] = await people.listCredits([1, 29])
    expect(first?.map(({ role, person }) => `${role} ${person.name}`)).toEqual([
      'DIRECTOR Bert',
      'DIRECTOR Asha',
      'ACTOR Bert',
      'ACTRESS Cleo',
    ])
    expect(none).toEqual([])
    expect(await people.findByIds([3, 99, 3])).toEqual([cleo, null, cleo])
  })

  test("a person's titles are listed once each, most popular first, in pages", async () => {
    const titles = createTitlesRepository(database.db)
    const { edges, pageInfo } = await titles.listByPerson(2, { first: 1 })
    const [rest, other] = await Promise.all([
      titles.listByPerson(2, { after: pageInfo.endCursor }),
      titles.listByPerson(99, {}),
    ])
    const both = [...edges, ...rest.edges].map((edge) => edge.node)
    expect(both.map(({ id }) => id).toSorted()).toEqual([1, 2])
    expect(both[0]?.popularity).toBeGreaterThanOrEqual(both[1]?.popularity ?? Infinity)
    expect(pageInfo.hasNextPage).toBe(true)
    expect(rest.pageInfo.hasNextPage).toBe(false)
    expect(other.edges).toEqual([])
    await expect(titles.listByPerson(1, { after: pageInfo.endCursor })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    })
  })

  test('an availability holds from its first moment up to, not including, its last', async () => {
    const availability = createAvailabilityRepository(database.db)
    const [second, first] = await availability.listCurrent([2, 1], now)
    expect(second).toEqual([])
    expect(first?.map(({ id }) => id)).toEqual([3, 1])
    expect(first?.[0]).toEqual({
      id: 3,
      titleId: 1,
      regionCode: 'IN',
      offerType: 'BUY',
      availableFrom: now,
      availableUntil: null,
      priceMinor: 499,
      currency: 'INR',
      quality: 'HD',
    })
    expect(await availability.listLanguages([1, 3])).toEqual([
      { audio: [], subtitles: [] },
      { audio: [named('hi'), named('en')], subtitles: [named('en')] },
    ])
  })

  test("a region's changes come oldest first, filtered, in pages both ways", async () => {
    const availability = createAvailabilityRepository(database.db)
    const ids = async (query: Partial<Parameters<typeof availability.listChanges>[0]>): Promise<number[]> => {
      const { edges } = await availability.listChanges({ regionCode: 'IN', page: {}, ...query })
      return edges.map((edge) => edge.node.id)
    }
    expect(await ids({})).toEqual([1, 3, 5, 7, 9, 11])
    expect(await ids({ kinds: ['CHANGED'] })).toEqual([5, 11])
    expect(await ids({ since: new Date('2026-01-14T00:00:00Z') })).toEqual([5, 7, 9, 11])
    const first = await availability.listChanges({ regionCode: 'IN', page: { first: 4 } })
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    expect(await ids({ page: { after: first.pageInfo.endCursor } })).toEqual([9, 11])
    expect(await ids({ page: { last: 2, before: first.pageInfo.endCursor } })).toEqual([3, 5])
    const foreign = { regionCode: 'US', page: { after: first.pageInfo.endCursor } }
    await expect(availability.listChanges(foreign)).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
  })

  test('any number of keys costs one statement', async () => {
    const { db } = database
    const ids = Array.from({ length: 100 }, (_, index) => index)
    const [people, availability] = [createPeopleRepository(db), createAvailabilityRepository(db)]
    const titles = createTitlesRepository(db)
    const loaders = [
      people.findByIds,
      people.listCredits,
      people.listDirectors,
      availability.listCurrent,
      availability.listLanguages,
    ]
    for (const load of [...loaders, titles.findByIds, titles.listCountries, titles.listLanguages, titles.listGenres]) {
      expect(await statementsOf(db, () => load(ids))).toHaveLength(1)
    }
  })

  test('reference lists are in the order of their folded names', async () => {
    await database.db('genres').insert([
      { code: 'zz', name: 'Épopée' },
      { code: 'aa', name: 'Zombie' },
    ])
    const genres = await createReferenceRepository(database.db).listGenres()
    expect(genres.map(({ name }) => name).slice(0, 1)).toEqual(['Épopée'])
    expect(genres.at(-1)).toEqual({ code: 'aa', name: 'Zombie' })
  })
})

const cleo = { id: 3, imdbId: null, name: 'Cleo', bornOn: '1950-02-03' }

function named(code: string): { code: string; name: string } {
  return { code, name: `Language ${code}` }
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { createAvailabilityRepository } from './availability/availability.repository.ts'
import { scopes } from './listing/listing-scopes.ts'
import { createPeopleRepository } from './people/people.repository.ts'
import { createReferenceRepository } from './reference/reference.repository.ts'
import { createSearchRepository } from './search/search.repository.ts'
import { createCatalogue } from './testing/generated-catalogue.ts'
import { generateTitles, testNow as now } from './testing/generated-titles.ts'
import { readableSql, statementsOf } from './testing/statements.ts'
import { createTitlesRepository } from './titles.repository.ts'

type Calls = Record<string, () => Promise<unknown>>

describe.each(dialects())('SQL on %s', (dialect) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await createCatalogue(database.db, generateTitles(50, 1))
  })
  afterAll(() => database[Symbol.asyncDispose]())

  /** Compares every statement of the calls with the file under sql/ that a review reads. */
  async function expectSql(repository: string, calls: Calls): Promise<void> {
    const parts: string[] = []
    for (const [name, call] of Object.entries(calls)) {
      const statements = await statementsOf(database.db, call)
      parts.push(`-- ${name}\n${statements.map(({ sql }) => `${readableSql(sql)};\n`).join('\n')}`)
    }
    await expect(parts.join('\n')).toMatchFileSnapshot(`sql/${repository}.${dialect}.sql`)
  }

  test('of the titles repository is as reviewed', async () => {
    const titles = createTitlesRepository(database.db)
    const region = scopes.region('IN')
    const combined = {
      originIn: ['FR', 'IN'],
      originNotIn: ['US'],
      genresAll: ['drama'],
      year: { min: 2000, max: 2010 },
      runtimeMinutes: { min: 90 },
      text: 'teenage vamp',
    }
    await expectSql('titles', {
      'listPage, a region by title, first page': () =>
        titles.listPage({ filter: {}, orderBy: 'TITLE', scope: region, page: {}, now }),
      'listPage, a genre by popularity, after a cursor, backwards': async () => {
        const list = { filter: { genresAny: ['drama'] }, orderBy: 'POPULARITY' as const, now }
        const { pageInfo } = await titles.listPage({ ...list, page: { first: 2 } })
        await titles.listPage({ ...list, page: { last: 1, before: pageInfo.endCursor } })
      },
      'listPage, a combined filter within a region (words, sizes, page)': () =>
        titles.listPage({ filter: combined, orderBy: 'RATING', scope: region, page: {}, now }),
      listByPerson: () => titles.listByPerson(1, {}),
      'countMatches, a region': () => titles.countMatches({ filter: {}, scope: region, now }),
      'countMatches, two languages': () => titles.countMatches({ filter: { languages: ['de', 'fr'] }, now }),
      countFacets: () =>
        titles.countFacets({
          filter: {},
          scope: region,
          now,
          facets: ['genres', 'countries', 'languages', 'regions', 'years'],
        }),
      findByIds: () => titles.findByIds([2, 1]),
      findByImdbIds: () => titles.findByImdbIds(['tt0000001']),
      findAvailable: () => titles.findAvailable('IN', 1, now),
      listCountries: () => titles.listCountries([2, 1]),
      listLanguages: () => titles.listLanguages([2, 1]),
      listGenres: () => titles.listGenres([2, 1]),
    })
  })

  test('of the search repository is as reviewed', async () => {
    const search = createSearchRepository(database.db)
    const query = { text: 'teenage vampyres', filter: { genresAny: ['drama'] }, page: {}, now }
    await expectSql('search', {
      'search, for the first time (words, sizes, candidates)': () => search.search(query),
      'search, once the sizes are known': () => search.search(query),
      'search, one word and its corrections': () => search.search({ text: 'window', filter: {}, page: {}, now }),
      'search, the beginning of a word': () => search.search({ text: 'k', filter: {}, page: {}, now }),
    })
  })

  test('of the smaller repositories is as reviewed', async () => {
    const people = createPeopleRepository(database.db)
    await expectSql('people', {
      findByIds: () => people.findByIds([2, 1]),
      listDirectors: () => people.listDirectors([2, 1]),
      listCredits: () => people.listCredits([2, 1]),
    })
    const availability = createAvailabilityRepository(database.db)
    await expectSql('availability', {
      listCurrent: () => availability.listCurrent([2, 1], now),
      listLanguages: () => availability.listLanguages([2, 1]),
      listChanges: () =>
        availability.listChanges({ regionCode: 'IN', kinds: ['ADDED', 'REMOVED'], since: now, page: {} }),
      listChangesAfter: () => availability.listChangesAfter(7, 500),
      findLatestChangeId: () => availability.findLatestChangeId(),
    })
    const reference = createReferenceRepository(database.db)
    await expectSql('reference', {
      listGenres: () => reference.listGenres(),
      listCountries: () => reference.listCountries(),
      listLanguages: () => reference.listLanguages(),
    })
  })
})

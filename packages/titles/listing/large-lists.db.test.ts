import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import { everyTitle, scopes } from './listing-scopes.ts'
import { orderIndex } from './listing-sql.ts'
import { createSearchRepository, type SearchRepository } from '../search/search.repository.ts'
import { sortColumns, type TitleOrder } from './sort-keys.ts'
import { bruteForceFacets, bruteForceList, bruteForceSearch } from '../testing/brute-force.ts'
import { createCatalogue } from '../testing/generated-catalogue.ts'
import { generateTitles, testNow as now } from '../testing/generated-titles.ts'
import { planOf, statementsOf } from '../testing/statements.ts'
import { createTitlesRepository, type TitlesRepository } from '../titles.repository.ts'

const titles = generateTitles(10_300, 7)
const orders = Object.keys(sortColumns) as TitleOrder[] // `as`: the keys of a Record<TitleOrder, …>
const documented = [everyTitle, scopes.region('IN'), scopes.genre('drama'), scopes.country('FR'), scopes.language('hi')]
const pairs = documented.flatMap((scope) => orders.map((orderBy) => ({ scope, orderBy })))

describe.each(dialects())('long lists of titles on %s', (dialect) => {
  let database: TestDatabase
  let repository: TitlesRepository
  let searches: SearchRepository
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await createCatalogue(database.db, titles)
    repository = createTitlesRepository(database.db)
    searches = createSearchRepository(database.db)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test.each(pairs)(
    '$scope by $orderBy walks its index and sorts nothing, on the first page and deep ones',
    async ({ scope, orderBy }) => {
      const list = { filter: {}, scope, orderBy, now }
      const first = await repository.listPage({ ...list, page: {} })
      const [after, before] = [first.pageInfo.endCursor, first.pageInfo.endCursor]
      for (const page of [{ first: 50 }, { last: 50 }, { first: 50, after }, { last: 50, before }]) {
        const statements = await statementsOf(database.db, () => repository.listPage({ ...list, page }))
        expect(statements).toHaveLength(1)
        const plan = statements[0] ? (await planOf(database.db, statements[0])).join('\n') : ''
        expect(plan).toContain(orderIndex(sortColumns[orderBy].column))
        expect(plan).not.toMatch(/filesort|temporary|TEMP B-TREE|SCAN/i)
      }
    },
  )

  test('a filter of one value that is a list of its own is read as that list', async () => {
    const filters = [
      { genresAny: ['drama'] },
      { genresAll: ['drama'] },
      { originIn: ['FR'] },
      { originAll: ['FR'] },
      { languages: ['hi'] },
      { availableIn: ['IN'] },
    ]
    for (const filter of filters) {
      const statements = await statementsOf(database.db, () =>
        repository.listPage({ filter, orderBy: 'TITLE', page: {}, now }),
      )
      expect(statements).toHaveLength(1)
      const plan = await Promise.all(statements.map((statement) => planOf(database.db, statement)))
      expect(plan.flat().join()).not.toMatch(/filesort|TEMP B-TREE/)
    }
  })

  test('a combined filter costs one statement more, and only once a minute', async () => {
    const list = {
      filter: { genresAny: ['drama'], originIn: ['FR'], year: { min: 2019 } },
      orderBy: 'TITLE' as const,
      now,
      page: {},
    }
    const fresh = createTitlesRepository(database.db)
    expect(await statementsOf(database.db, () => fresh.listPage(list))).toHaveLength(2)
    expect(await statementsOf(database.db, () => fresh.listPage(list))).toHaveLength(1)
  })

  test.each([
    ['king', {}],
    ['it', {}],
    ['window', { rating: { min: 4 }, genresNone: ['drama'] }],
    ['the king', { year: { min: 1995 } }],
  ])('a search for %s with filter %j ranks the 1,000 most popular of each kind of match', async (text, filter) => {
    const found: number[] = []
    let after: string | null = null
    do {
      const { edges, pageInfo } = await searches.search({ text, filter, page: { first: 100, after }, now })
      found.push(...edges.map((edge) => edge.node.id))
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after)
    expect(found).toEqual(bruteForceSearch(titles, { text, filter, now }))
  })

  test('a search for a common word walks the titles of each of its terms in order', async () => {
    const search = createSearchRepository(database.db)
    const [, candidates, ...more] = await statementsOf(database.db, () =>
      search.search({ text: 'window', filter: {}, page: {}, now }),
    )
    expect(more).toEqual([])
    const plan = candidates ? await planOf(database.db, candidates) : []
    // The word as typed, and once more beside `widow`.
    expect(plan.filter((step) => step.includes('ix_search_terms_by_popularity'))).toHaveLength(3)
    expect(plan.filter((step) => step.includes('ix_search_terms_by_popularity')).join()).not.toMatch(/filesort/)
    expect(plan.join()).not.toContain('ix_title_listings_by_popularity')
  })

  test('a scope alone is counted exactly, a combined filter up to 10,000', async () => {
    expect(await repository.countMatches({ filter: {}, now })).toEqual({ count: titles.length, isExact: true })
    expect(await repository.countMatches({ filter: { genresNone: ['none'] }, now })).toEqual({
      count: 10_000,
      isExact: false,
    })
  })

  test('the facets of more than 10,000 matches count the 10,000 most popular', async () => {
    const facets = await repository.countFacets({
      filter: {},
      now,
      facets: ['genres', 'countries', 'languages', 'regions', 'years'],
    })
    const popular = bruteForceList(titles, { filter: {}, orderBy: 'POPULARITY', now }).slice(0, 10_000)
    expect(facets).toEqual({ ...bruteForceFacets(titles, popular, now), isComplete: false })
  })
})

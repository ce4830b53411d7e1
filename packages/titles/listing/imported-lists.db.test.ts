import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '@movieverse/service/database.ts'
import { dialects } from '../../../tests/support/databases.ts'
import { copyOfCatalogue, importedCatalogue, type Catalogue } from '../../../tests/support/imported-catalogue.ts'
import { scopes } from './listing-scopes.ts'
import type { Page, PageArguments } from '../paging/page.ts'
import type { TitleRow } from '../rows.ts'
import { createSearchRepository } from '../search/search.repository.ts'
import { sortColumns, type TitleOrder } from './sort-keys.ts'
import { bruteForceList } from '../testing/brute-force.ts'
import { filtersOver } from '../testing/drawn-filters.ts'
import { insertTitles } from '../testing/generated-catalogue.ts'
import { generateTitles, testNow as now, type TestTitle } from '../testing/generated-titles.ts'
import { createRandom } from '../testing/random.ts'
import { readPages } from '../testing/read-pages.ts'
import { readStoredTitles } from '../testing/stored-titles.ts'
import { generateTypingErrors } from '../testing/typing-error-cases.ts'
import { createTitlesRepository } from '../titles.repository.ts'

const orders = Object.keys(sortColumns) as TitleOrder[] // `as`: the keys of a Record<TitleOrder, …>

describe.each(dialects())('the imported set on %s', (dialect) => {
  let catalogue: Catalogue
  let titles: TestTitle[]
  beforeAll(async () => {
    catalogue = await importedCatalogue(dialect)
    titles = await readStoredTitles(catalogue.db)
  })
  afterAll(() => catalogue[Symbol.asyncDispose]())

  test('every filter lists and counts exactly what a filter in memory finds', async () => {
    const repository = createTitlesRepository(catalogue.db)
    const filters = filtersOver(titles, ['der mude tod', 'teenage space vampyres', 'it', 'the'])
    const scope = fc.option(fc.constantFrom('IN', 'US', 'GB').map(scopes.region), { nil: undefined })
    await fc.assert(
      fc.asyncProperty(
        filters,
        scope,
        fc.constantFrom(...orders),
        fc.boolean(),
        async (filter, inScope, orderBy, backward) => {
          const expected = bruteForceList(titles, { filter, scope: inScope, orderBy, now })
          const query = { filter, scope: inScope, now }
          expect(await repository.countMatches(query)).toEqual({ count: expected.length, isExact: true })
          const near = backward ? expected.slice(-500) : expected.slice(0, 500)
          const read = (page: PageArguments): Promise<Page<TitleRow>> =>
            repository.listPage({ ...query, orderBy, page })
          const { ids, hasMore } = await readPages(read, { size: 100, backward, pages: 5 })
          expect(ids).toEqual(near)
          expect(hasMore).toBe(expected.length > 500)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('of 200 typing errors at least 95 in 100 find their title among the first five', async () => {
    const repository = createSearchRepository(catalogue.db)
    const cases = generateTypingErrors(
      titles.map(({ title }) => title),
      200,
      42,
    )
    const hits: boolean[] = []
    for (const { typed, title } of cases) {
      const { edges } = await repository.search({ text: typed, filter: {}, page: { first: 5 }, now })
      hits.push(edges.some((edge) => edge.node.title === title))
    }
    expect(hits.filter(Boolean).length).toBeGreaterThanOrEqual(190)
  })

  test.each(['forwards', 'backwards'])(
    'a walk %s meets every untouched title once while others come and go',
    async (direction) => {
      const backward = direction === 'backwards'
      await using copy = await copyOfCatalogue(dialect)
      const writer = createDatabase(copy.url)
      const visitors = generateTitles(1_000, 3).map((title) => visitor(title))
      const [early, late] = [visitors.slice(0, 500), visitors.slice(500)]
      await insertTitles(writer, early)
      const repository = createTitlesRepository(copy.db)
      const random = createRandom(9)
      const isVisitor = (id: number): boolean => id >= firstVisitor
      const found: number[] = []
      let cursor: string | null = null
      for (;;) {
        const page: PageArguments = backward ? { last: 100, before: cursor } : { first: 100, after: cursor }
        const { edges, pageInfo } = await repository.listPage({ filter: {}, orderBy: 'TITLE', now, page })
        found.push(...(backward ? edges.toReversed() : edges).map((edge) => edge.node.id))
        if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) break
        cursor = backward ? pageInfo.startCursor : pageInfo.endCursor
        await insertTitles(writer, late.splice(0, 4))
        // Where the page ends at a visitor, the very title that the cursor stands on goes away.
        const leaving = [found.at(-1) ?? 0, random.pick(early).id].filter(isVisitor)
        await writer('titles').whereIn('id', leaving).delete()
      }
      await writer.destroy()
      expect(new Set(found).size).toBe(found.length)
      const untouched = bruteForceList(titles, { filter: {}, orderBy: 'TITLE', now })
      expect(untouched).toHaveLength(catalogue.titleCount)
      expect(found.filter((id) => !isVisitor(id))).toEqual(backward ? untouched.toReversed() : untouched)
      expect(found.filter(isVisitor).length).toBeGreaterThan(100)
    },
  )
})

const firstVisitor = 1_000_000

/** A made-up title above all imported ones, without codes that the catalogue may not know. */
function visitor(title: TestTitle): TestTitle {
  return { ...title, id: firstVisitor + title.id, countries: [], languages: [], genres: [], windows: [] }
}

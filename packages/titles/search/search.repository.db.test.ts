import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import { scopes } from '../listing/listing-scopes.ts'
import type { PageArguments } from '../paging/page.ts'
import { createSearchRepository, type SearchRepository } from './search.repository.ts'
import { createCatalogue } from '../testing/generated-catalogue.ts'
import { generateTitles, testNow as now, type TestTitle } from '../testing/generated-titles.ts'
import { createRandom } from '../testing/random.ts'
import { statementsOf } from '../testing/statements.ts'
import { generateTypingErrors, inventTitles } from '../testing/typing-error-cases.ts'

const named: ReadonlyArray<readonly [title: string, facts?: Partial<TestTitle>]> = [
  ['Der müde Tod'],
  ['Teenage Space Vampires', { genres: ['sci-fi'], windows: [] }],
  ['It', { popularity: 10 }],
  ['It Chapter Two', { popularity: 4_000 }],
  ['Italian Nights', { popularity: 5_000 }],
  ['Let It Snow', { popularity: 3_000 }],
  ['The Crooked House', { popularity: 5 }],
  ['House of Cards', { popularity: 3_000 }],
  ['Houses', { popularity: 2_000 }],
  ['Mo tai', { originalTitle: 'The Final Master' }],
  ['Łódź', { popularity: 1 }],
  ["Don't Look Now"],
  ['!!!'],
]
const plain = generateTitles(1, 1)[0]
const invented = inventTitles(4_000, 11)
const titles: TestTitle[] = [...named, ...invented.map((title) => [title] as const)].map(([title, facts], index) => {
  if (!plain) throw new Error('no title to start from')
  return { ...plain, originalTitle: null, popularity: 100, ...facts, id: index + 1, title }
})

const resultsByDialect = new Map<string, string[][]>()

describe.each(dialects())('search on %s', (dialect) => {
  let database: TestDatabase
  let repository: SearchRepository
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await createCatalogue(database.db, titles)
    repository = createSearchRepository(database.db)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  async function found(text: string, page: PageArguments = { first: 5 }, rest = {}): Promise<string[]> {
    const { edges } = await repository.search({ text, filter: {}, page, now, ...rest })
    return edges.map((edge) => edge.node.title)
  }

  test.each([
    ['der mude tod', 'Der müde Tod'],
    ['DER MÜDE TOD', 'Der müde Tod'],
    ['teenage space vampyres', 'Teenage Space Vampires'],
    ['vampires teenage', 'Teenage Space Vampires'],
    ['teenage sp', 'Teenage Space Vampires'],
    ['lodz', 'Łódź'],
    ['dont look now', "Don't Look Now"],
    ["don't", "Don't Look Now"],
    ['the final master', 'Mo tai'],
    ['crookd house', 'The Crooked House'],
    ['!!!', '!!!'],
  ])('%s finds %s first', async (text, title) => {
    expect((await found(text))[0]).toBe(title)
  })

  test('the title itself comes first, then titles that begin so, then those that hold the words', async () => {
    expect((await found('it')).slice(0, 4)).toEqual(['It', 'It Chapter Two', 'Italian Nights', 'Let It Snow'])
  })

  test('a word as typed comes before a word with a typing error, however popular', async () => {
    expect(await found('house')).toEqual(['House of Cards', 'Houses', 'The Crooked House'])
    expect(await found('houss')).toEqual(['Houses', 'House of Cards', 'The Crooked House'])
  })

  test('nothing is found where one word of several is in no title', async () => {
    expect(await found('teenage qqqqqq vampires')).toEqual([])
  })

  test('a filter and a scope narrow the results', async () => {
    expect(await found('vampires', {}, { filter: { genresAny: ['sci-fi'] } })).toContain('Teenage Space Vampires')
    expect(await found('vampires', {}, { filter: { genresAny: ['horror'], genresNone: ['sci-fi'] } })).not.toContain(
      'Teenage Space Vampires',
    )
    expect(await found('teenage space vampires', {}, { scope: scopes.region('IN') })).toEqual([])
  })

  test('of 200 typing errors at least 95 in 100 find their title among the first five', async () => {
    const cases = generateTypingErrors(invented, 200, 20261123)
    const results = await Promise.all(cases.map(({ typed }) => found(typed)))
    resultsByDialect.set(dialect, [...results, await found('the', { first: 100 }), await found('a', { first: 100 })])
    expect(cases.filter(({ title }, index) => results[index]?.includes(title)).length).toBeGreaterThanOrEqual(190)
  })

  test('pages in both directions make up the whole result, and no more than 1,000', async () => {
    const text = 'a'
    const all: string[] = []
    let after: string | null = null
    do {
      const { edges, pageInfo } = await repository.search({ text, filter: {}, page: { first: 90, after }, now })
      all.push(...edges.map((edge) => edge.node.title))
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after)
    expect(all.length).toBeLessThanOrEqual(1_000)
    expect(all.length).toBeGreaterThan(100)
    expect(await found(text, { last: 10 })).toEqual(all.slice(-10))
    const { edges } = await repository.search({ text, filter: {}, page: { first: 30 }, now })
    expect(await found(text, { last: 5, before: edges[20]?.cursor ?? null })).toEqual(all.slice(15, 20))
  })

  test('a cursor belongs to its text and filter', async () => {
    const { pageInfo } = await repository.search({ text: 'house', filter: {}, page: { first: 1 }, now })
    const page = { after: pageInfo.endCursor }
    const invalid = { code: 'INVALID_CURSOR', details: { field: 'after' } }
    await expect(repository.search({ text: 'houses', filter: {}, page, now })).rejects.toMatchObject(invalid)
    await expect(repository.search({ text: 'house', filter: { votes: { min: 1 } }, page, now })).rejects.toMatchObject(
      invalid,
    )
    expect(await found(' HOUSE ', page)).toEqual(['Houses', 'The Crooked House'])
  })

  test.each(['', '   ', 'a\0b', 'x'.repeat(201), '\ud800'])('%j is refused as a text to search for', async (text) => {
    await expect(found(text)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'text' } })
  })

  test('a search is two statements once the sizes are known, whatever the number of words', async () => {
    const search = (): Promise<string[]> => found('teenage space vampyres of the crooked house')
    await search()
    expect(await statementsOf(database.db, search)).toHaveLength(2)
  })
})

test('every dialect finds the same in the same order', () => {
  const [sqlite, ...others] = [...resultsByDialect.values()]
  expect(sqlite?.flat().length).toBeGreaterThan(200)
  for (const other of others) expect(other).toEqual(sqlite)
})

test('random titles are the same for the same seed', () => {
  expect(inventTitles(5, 3)).toEqual(inventTitles(5, 3))
  expect(createRandom(4).next()).toBe(createRandom(4).next())
})

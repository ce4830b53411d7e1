import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { fold } from './search/folding.ts'
import { scopes } from './listing/listing-scopes.ts'
import { sourcesOf, type SourceChooser } from './listing/listing-sources.ts'
import type { Page, PageArguments } from './paging/page.ts'
import type { TitleRow } from './rows.ts'
import { sortColumns, type TitleOrder } from './listing/sort-keys.ts'
import { bruteForceFacets, bruteForceList } from './testing/brute-force.ts'
import { filtersOver } from './testing/drawn-filters.ts'
import { createCatalogue } from './testing/generated-catalogue.ts'
import { generateTitles, testGenres, testNow as now, testRegions } from './testing/generated-titles.ts'
import { readPages } from './testing/read-pages.ts'
import { countTitleFacets } from './listing/title-facets.ts'
import { listTitlePage } from './listing/title-pages.ts'
import { createTitlesRepository, type TitlesRepository } from './titles.repository.ts'
import type { FacetName } from './listing/title-queries.ts'

const titles = generateTitles(600, 20261123)
const orders = Object.keys(sortColumns) as TitleOrder[] // `as`: the keys of a Record<TitleOrder, …>
const facetNames: FacetName[] = ['genres', 'countries', 'languages', 'regions', 'years']

const filters = filtersOver(titles, ['the', 'kin', 'vampyres', 'mude', 'the kign', 'lodz w', 'Élan', 'zzz', 'kings of'])

const maybeScope = fc.option(
  fc.oneof(fc.constantFrom(...testRegions).map(scopes.region), fc.constantFrom(...testGenres).map(scopes.genre)),
  { nil: undefined },
)

function idsOf(page: Page<TitleRow>): number[] {
  return page.edges.map((edge) => edge.node.id)
}

/** Begins at any of the sources that could answer, not at the best. */
function anySource(draw: number): SourceChooser {
  return {
    async choose(conditions) {
      const source = sourcesOf(conditions).at(draw % sourcesOf(conditions).length)
      if (!source) throw new Error('no source')
      return source
    },
  }
}

describe.each(dialects())('lists of titles on %s', (dialect) => {
  let database: TestDatabase
  let repository: TitlesRepository
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await createCatalogue(database.db, titles)
    repository = createTitlesRepository(database.db)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('every filter, order and scope lists exactly what a filter in memory finds, page by page', async () => {
    const sizes = fc.integer({ min: 1, max: 100 })
    let matches = 0
    await fc.assert(
      fc.asyncProperty(
        filters,
        maybeScope,
        fc.constantFrom(...orders),
        sizes,
        fc.boolean(),
        async (filter, scope, orderBy, size, backward) => {
          const expected = bruteForceList(titles, { filter, scope, orderBy, now })
          const read = (page: PageArguments): Promise<Page<TitleRow>> =>
            repository.listPage({ filter, scope, orderBy, now, page })
          expect(await readPages(read, { size, backward })).toEqual({ ids: expected, hasMore: false })
          matches += expected.length
        },
      ),
      { numRuns: 120 },
    )
    expect(matches).toBeGreaterThan(1_000)
  })

  test('a list is the same whichever source it is read from', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters,
        maybeScope,
        fc.constantFrom(...orders),
        fc.nat(),
        async (filter, scope, orderBy, draw) => {
          const sources = anySource(draw)
          const expected = bruteForceList(titles, { filter, scope, orderBy, now })
          const read = (page: PageArguments): Promise<Page<TitleRow>> =>
            listTitlePage(database.db, sources, { filter, scope, orderBy, now, page })
          expect(await readPages(read, { size: 100, backward: false })).toEqual({ ids: expected, hasMore: false })
          const facets = await countTitleFacets(database.db, sources, { filter, scope, now, facets: ['years'] })
          expect(facets.years).toEqual(bruteForceFacets(titles, expected, now).years)
        },
      ),
      { numRuns: 120 },
    )
  })

  test('a page between two cursors holds what lies between them, from either end', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.constantFrom(...orders),
        fc.nat(60),
        fc.nat(60),
        fc.integer({ min: 1, max: 30 }),
        async (filter, orderBy, from, length, size) => {
          const all = await repository.listPage({ filter, orderBy, now, page: { first: 100 } })
          const after = all.edges[from]?.cursor
          const before = all.edges[from + length + 1]?.cursor
          if (!after || !before) return
          const between = idsOf(all).slice(from + 1, from + length + 1)
          const front = await repository.listPage({ filter, orderBy, now, page: { first: size, after, before } })
          expect(idsOf(front)).toEqual(between.slice(0, size))
          expect(front.pageInfo).toMatchObject({ hasNextPage: between.length > size, hasPreviousPage: true })
          const back = await repository.listPage({ filter, orderBy, now, page: { last: size, after, before } })
          expect(idsOf(back)).toEqual(between.slice(-size))
          expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: between.length > size })
        },
      ),
      { numRuns: 60 },
    )
  })

  test('counts and facets agree with a filter in memory', async () => {
    await fc.assert(
      fc.asyncProperty(filters, maybeScope, async (filter, scope) => {
        const expected = bruteForceList(titles, { filter, scope, orderBy: 'TITLE', now })
        expect(await repository.countMatches({ filter, scope, now })).toEqual({ count: expected.length, isExact: true })
        const facets = await repository.countFacets({ filter, scope, now, facets: facetNames })
        expect(facets).toEqual({ ...bruteForceFacets(titles, expected, now), isComplete: true })
      }),
      { numRuns: 80 },
    )
  })

  test('only the facets that are asked for are there', async () => {
    const facets = await repository.countFacets({ filter: {}, now, facets: ['genres'] })
    expect(Object.keys(facets)).toEqual(['genres', 'isComplete'])
  })

  test('a title with two windows in a region is listed once, and only while one of them is open', async () => {
    const twice = titles.find((title) => title.windows.filter((window) => window.region === 'IN').length === 2)
    const [first, second] = twice?.windows.filter((window) => window.region === 'IN') ?? []
    if (!twice || !first || !second) throw new Error('the catalogue has no such title')
    const listedAt = async (time: number): Promise<number> => {
      const page = await repository.findAvailable('IN', twice.id, new Date(time))
      const filter = { availableIn: ['IN', 'US'], rating: {}, text: twice.title }
      const all = await repository.listPage({
        filter,
        orderBy: 'TITLE',
        page: { first: 100 },
        now: new Date(time),
        scope: scopes.region('IN'),
      })
      const times = idsOf(all).filter((id) => id === twice.id).length
      expect(page?.id).toBe(times === 1 ? twice.id : undefined)
      return times
    }
    const [opens, closes] = [Date.parse(`${first.from}Z`), Date.parse(`${first.until}Z`)]
    expect(await Promise.all([opens - 1, opens, closes - 1, closes].map(listedAt))).toEqual([0, 1, 1, 0])
    expect(await listedAt(Date.parse(`${second.from}Z`))).toBe(1)
  })

  test('a cursor of another order, filter or scope is refused, and so is one that is cut off', async () => {
    const list = { filter: { genresAny: ['drama'] }, orderBy: 'TITLE' as const, now }
    const { pageInfo } = await repository.listPage({ ...list, page: { first: 5 } })
    const after = pageInfo.endCursor ?? ''
    const others = [
      { ...list, orderBy: 'YEAR' as const, page: { after } },
      { ...list, filter: { genresAny: ['comedy'] }, page: { after } },
      { ...list, scope: scopes.region('IN'), page: { after } },
      { ...list, page: { after: after.slice(0, -3) } },
    ]
    for (const other of others) {
      await expect(repository.listPage(other)).rejects.toMatchObject({
        code: 'INVALID_CURSOR',
        details: { field: 'after' },
      })
    }
    await expect(repository.listPage({ ...list, page: { before: 'x' } })).rejects.toMatchObject({
      details: { field: 'before' },
    })
    expect(idsOf(await repository.listPage({ ...list, page: { after } }))).toHaveLength(20)
    const byYear = await repository.listPage({ ...list, orderBy: 'YEAR', page: { first: 5 } })
    const byVotes = { ...list, orderBy: 'VOTES' as const, page: { after: byYear.pageInfo.endCursor } }
    await expect(repository.listPage(byVotes)).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
  })

  test('of no titles there are no countries, languages or genres', async () => {
    expect(await repository.listCountries([])).toEqual([])
    expect(await repository.listLanguages([])).toEqual([])
    expect(await repository.listGenres([])).toEqual([])
  })

  test('loaders get facts in the order of their ids, with gaps where there is nothing', async () => {
    const [a, b] = [titles[4], titles[2]]
    if (!a || !b) throw new Error('the catalogue is empty')
    const ids = [a.id, 999_999, b.id, a.id]
    expect((await repository.findByIds(ids)).map((row) => row?.title ?? null)).toEqual([
      a.title,
      null,
      b.title,
      a.title,
    ])
    const codesIn = (rows: Array<Array<{ code: string }>>): string[][] => rows.map((row) => row.map(({ code }) => code))
    expect(codesIn(await repository.listCountries(ids))).toEqual([a.countries, [], b.countries, a.countries])
    expect(codesIn(await repository.listLanguages(ids))).toEqual([a.languages, [], b.languages, a.languages])
    expect(codesIn(await repository.listGenres(ids))).toEqual([a.genres, [], b.genres, a.genres])
    expect(await repository.findByIds([])).toEqual([])
  })

  test('a row has its facts with their types, unknown ones as null', async () => {
    const known = titles.find((title) => title.publishedOn && title.averageRating && title.originalTitle)
    if (!known) throw new Error('the catalogue has no such title')
    const { countries: _c, languages: _l, genres: _g, windows: _w, ...facts } = known
    const nothing = { imdbId: null, productionCompany: null, grossMinor: null, grossCurrency: null }
    const [row] = await repository.findByIds([known.id])
    expect(row).toEqual({ ...facts, ...nothing, sortTitle: fold(known.title) })
    await database
      .db('titles')
      .where('id', known.id)
      .update({ imdb_id: 'tt0000001', gross_minor: 280_000_000_000, gross_currency: 'USD' })
    const [imported, missing] = await repository.findByImdbIds(['tt0000001', 'tt0000002'])
    expect(imported).toMatchObject({ id: known.id, grossMinor: 280_000_000_000, grossCurrency: 'USD' })
    expect(missing).toBeNull()
  })
})

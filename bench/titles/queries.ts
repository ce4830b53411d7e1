import type { Knex } from 'knex'
import { createSearchRepository } from '@movieverse/titles/search/search.repository.ts'
import { scopes } from '@movieverse/titles/listing/listing-scopes.ts'
import type { TitleFilter } from '@movieverse/titles/listing/filter.ts'
import type { TitleOrder } from '@movieverse/titles/listing/sort-keys.ts'
import { createTitlesRepository, type TitlesRepository } from '@movieverse/titles/titles.repository.ts'
import { benchNow } from './dataset.ts'

/** Something that a reader asks of the title tables; answers how many rows it got, so that nothing is optimised away. */
export interface BenchQuery {
  readonly name: string
  run(db: Knex): Promise<number>
}

const everyPair: ReadonlyArray<readonly [name: string, scope: string]> = [
  ['region', scopes.region('US')],
  ['genre', scopes.genre('drama')],
  ['country', scopes.country('US')],
  ['language', scopes.language('en')],
]
const orders: readonly TitleOrder[] = ['TITLE', 'YEAR', 'RATING', 'VOTES', 'POPULARITY', 'NEWEST']

/** First and deep page of 50, with countries and genres, of each documented pair: a scope in an order. */
export function documentedPairs(): BenchQuery[] {
  return everyPair.flatMap(([name, scope]) =>
    orders.flatMap((orderBy) => [
      { name: `${name} by ${orderBy}, first page`, run: (db) => page(db, scope, orderBy, null) },
      deepPage(`${name} by ${orderBy}, deep page`, scope, orderBy),
    ]),
  )
}

/** The middle of the list is walked to once per database, then read again and again. */
function deepPage(name: string, scope: string, orderBy: TitleOrder): BenchQuery {
  const cursors = new Map<Knex, Promise<string>>()
  return {
    name,
    async run(db) {
      let cursor = cursors.get(db)
      if (!cursor) cursors.set(db, (cursor = middleOf(db, scope, orderBy)))
      return page(db, scope, orderBy, await cursor)
    },
  }
}

async function middleOf(db: Knex, scope: string, orderBy: TitleOrder): Promise<string> {
  const titles = createTitlesRepository(db)
  const { count } = await titles.countMatches({ filter: {}, scope, now: benchNow })
  let after: string | null = null
  for (let seen = 0; seen < count / 2; seen += 100) {
    const { pageInfo } = await titles.listPage({
      filter: {},
      scope,
      orderBy,
      page: { first: 100, after },
      now: benchNow,
    })
    after = pageInfo.endCursor
  }
  return after ?? ''
}

async function page(db: Knex, scope: string, orderBy: TitleOrder, after: string | null): Promise<number> {
  return reading(db, async (titles) => {
    const { edges } = await titles.listPage({ filter: {}, scope, orderBy, page: { first: 50, after }, now: benchNow })
    const ids = edges.map(({ node }) => node.id)
    await Promise.all([titles.listCountries(ids), titles.listGenres(ids)])
    return edges.length
  })
}

/** Everything else that a client may ask: bounded by the documented ceilings rather than by an index. */
export function otherQueries(): BenchQuery[] {
  const filtered = (name: string, filter: TitleFilter, orderBy: TitleOrder = 'TITLE'): BenchQuery => ({
    name,
    run: async (db) =>
      (
        await reading(db, (titles) =>
          titles.listPage({ filter, scope: scopes.region('US'), orderBy, page: { first: 50 }, now: benchNow }),
        )
      ).edges.length,
  })
  const counted = (name: string, filter: TitleFilter, scope?: string): BenchQuery => ({
    name,
    run: async (db) => (await reading(db, (titles) => titles.countMatches({ filter, scope, now: benchNow }))).count,
  })
  const facetted = (name: string, filter: TitleFilter, scope?: string): BenchQuery => ({
    name,
    run: async (db) =>
      (
        await reading(db, (titles) =>
          titles.countFacets({
            filter,
            scope,
            now: benchNow,
            facets: ['genres', 'countries', 'languages', 'regions', 'years'],
          }),
        )
      ).genres?.length ?? 0,
  })
  const searched = (text: string): BenchQuery => ({
    name: `search "${text}"`,
    run: async (db) =>
      (await searching(db).search({ text, filter: {}, page: { first: 20 }, now: benchNow })).edges.length,
  })
  return [
    filtered('USA, genre drama and language en', { genresAny: ['drama'], languages: ['en'] }),
    filtered('USA, a rare pair (country IS, genre sci-fi)', { originIn: ['IS'], genresAny: ['sci-fi'] }),
    filtered('USA, rating 8 and up, most votes first', { rating: { min: 8 } }, 'VOTES'),
    filtered('USA, nothing matches (rating 9.5 and up)', { rating: { min: 9.5 } }),
    counted('count of USA', {}, scopes.region('US')),
    counted('count of dramas in English', { genresAny: ['drama'], languages: ['en'] }),
    facetted('facets of everything', {}),
    facetted('facets of USA', {}, scopes.region('US')),
    searched('night'),
    searched('the silver midnight'),
    searched('silvre midnihgt'),
    searched('s'),
  ]
}

// One repository per database, as a service has: it remembers the sizes of scopes.
const repositories = new Map<Knex, TitlesRepository>()
const searches = new Map<Knex, ReturnType<typeof createSearchRepository>>()

function reading<Result>(db: Knex, read: (titles: TitlesRepository) => Promise<Result>): Promise<Result> {
  let titles = repositories.get(db)
  if (!titles) repositories.set(db, (titles = createTitlesRepository(db)))
  return read(titles)
}

function searching(db: Knex): ReturnType<typeof createSearchRepository> {
  let search = searches.get(db)
  if (!search) searches.set(db, (search = createSearchRepository(db)))
  return search
}

import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { numberedTitles, writeSmallCatalogue } from '../../tests/support/small-catalogue.ts'
import { askApp, readsOf, statementsOf } from '../../tests/support/subgraph-app.ts'
import { buildCatalogApp } from './app.ts'
import { readCatalogConfig } from './config.ts'

const everyTitle = numberedTitles + 8

describe.each(dialects())('the catalogue on %s', (dialect) => {
  let database: TestDatabase
  let catalog: FastifyInstance
  const secret = 'a-service-secret'

  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    catalog = await buildCatalogApp(
      readCatalogConfig({ DATABASE_URL: database.url, SERVICE_SECRET: secret, LOG_LEVEL: 'silent' }),
    )
    await catalog.ready()
  })
  afterAll(async () => {
    await catalog.close()
    await database[Symbol.asyncDispose]()
  })

  async function idOf(imdbId: string): Promise<string> {
    const { data } = await askApp<{ movie: { id: string } }>(catalog, `{ movie(imdbId: "${imdbId}") { id } }`)
    return data.movie.id
  }

  async function personOf(imdbId: string): Promise<{ id: string; name: string }> {
    const query = `{ movie(imdbId: "${imdbId}") { directors { id name } } }`
    const { data } = await askApp<{ movie: { directors: Array<{ id: string; name: string }> } }>(catalog, query)
    const [person] = data.movie.directors
    if (!person) throw new Error('a title without directors')
    return person
  }

  test('one title by its id at IMDb or by its global id', async () => {
    const id = await idOf('tt9000005')
    const query = 'query ($id: ID!) { movie(id: $id) { label gross { minorUnits currency } publishedOn } }'
    const { data } = await askApp(catalog, query, { variables: { id } })
    const gross = { minorUnits: 1_234_500, currency: 'GBP' }
    expect(data).toEqual({ movie: { label: 'UK-A Matter of Life and Death', gross, publishedOn: null } })
  })

  test('a title that no region lists is in the catalogue all the same, and one without a country is its own label', async () => {
    const { data } = await askApp(
      catalog,
      '{ movies(first: 4) { nodes { label availability { region } } totalCount } }',
    )
    expect(data).toEqual({
      movies: {
        nodes: [
          { label: 'UK-A Matter of Life and Death', availability: [{ region: 'GB' }] },
          { label: 'Against All Hope', availability: [] },
          { label: 'India-Ankur', availability: [{ region: 'IN' }] },
          { label: 'Germany-Der müde Tod', availability: [] },
        ],
        totalCount: everyTitle,
      },
    })
  })

  test('directors, cast and credits, each role in billing order', async () => {
    const query = `{ movie(imdbId: "tt9000002") { directors { name } cast { name imdbId } one: cast(first: 1) { name }
      credits { role person { name } } } }`
    const { data } = await askApp(catalog, query)
    expect(data).toEqual({
      movie: {
        directors: [{ name: 'Asha Director' }],
        cast: [
          { name: 'Bert Actor', imdbId: 'nm9000002' },
          { name: 'Cleo Actress', imdbId: 'nm9000003' },
        ],
        one: [{ name: 'Bert Actor' }],
        credits: [
          { role: 'DIRECTOR', person: { name: 'Asha Director' } },
          { role: 'ACTOR', person: { name: 'Bert Actor' } },
          { role: 'ACTRESS', person: { name: 'Cleo Actress' } },
        ],
      },
    })
  })

  test('a person leads to the titles they are credited on, most popular first, counted only when asked', async () => {
    const { id, name } = await personOf('tt9000001')
    expect(name).toBe('Asha Director')
    const query = (fields: string): string =>
      `{ person(id: "${id}") { movies(first: 2) { nodes { title } ${fields} } } }`
    const { data } = await askApp(catalog, query('totalCount totalCountIsExact'))
    expect(data).toEqual({
      person: {
        movies: {
          nodes: [{ title: 'Slumdog Millionaire' }, { title: 'Gandhi' }],
          totalCount: 7,
          totalCountIsExact: true,
        },
      },
    })
    expect(await statementsOf(catalog, () => askApp(catalog, query('')))).toHaveLength(2)
  })

  test('a page of fifty with countries, languages, genres, directors and availability reads each table once', async () => {
    const query = `{ movies(first: 50) { nodes { label countries { name } languages { name } genres { name }
      directors { name } availability { region } } } }`
    const statements = await statementsOf(catalog, () => askApp(catalog, query))
    const tables = [
      'title_listings',
      'titles',
      'title_countries',
      'title_languages',
      'title_genres',
      'credits',
      'people',
    ]
    for (const table of [...tables, 'availabilities']) expect([table, readsOf(statements, table)]).toEqual([table, 1])
    expect(statements).toHaveLength(6)
  })

  test('a query answers the same before and after it is compiled', async () => {
    const query = `{ movies(first: 3, orderBy: POPULARITY) { edges { cursor node { id label averageRating publishedOn
      availability(regions: [IN, "UK"]) { region availableFrom } credits { role person { __typename id bornOn } } } }
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
      facets(filter: { availableIn: UK }) { years { value label count } regions { value } } }`
    const first = await askApp(catalog, query)
    expect(first.errors).toBeUndefined()
    for (let run = 0; run < 5; run++) expect(await askApp(catalog, query)).toEqual(first)
  })

  test('counts and facets are made only where they are selected, and once', async () => {
    const count = async (query: string): Promise<number> =>
      (await statementsOf(catalog, () => askApp(catalog, query))).length
    expect(await count('{ movies { nodes { title } } }')).toBe(1)
    expect(await count('{ movies { nodes { title } totalCount totalCountIsExact } }')).toBe(2)
    expect(await count('{ facets { genres { count } countries { count } isComplete } }')).toBe(1)
    expect(await count('{ regions { code } }')).toBe(0)
  })

  test('search finds a title by its beginning, without accents and with a typing error', async () => {
    const query = 'query ($text: String!) { search(text: $text, first: 5) { nodes { title } totalCount } }'
    for (const [text, title] of [
      ['der mude', 'Der müde Tod'],
      ['teenage space vampyres', 'Teenage Space Vampires'],
      ['SLUMD', 'Slumdog Millionaire'],
    ]) {
      const { data } = await askApp(catalog, query, { variables: { text } })
      expect(data).toEqual({ search: { nodes: [{ title }], totalCount: 1 } })
    }
  })

  test('search obeys a filter and pages on', async () => {
    interface Found {
      search: { nodes: { title: string }[]; totalCount: number; pageInfo: { endCursor: string; hasNextPage: boolean } }
    }
    const query = `query ($after: String) { search(text: "numbered film", first: 25, after: $after,
      filter: { genres: { any: ["sci-fi"] } }) { nodes { title } totalCount pageInfo { endCursor hasNextPage } } }`
    const first = (await askApp<Found>(catalog, query)).data.search
    const variables = { after: first.pageInfo.endCursor }
    const second = (await askApp<Found>(catalog, query, { variables })).data.search
    expect([first.totalCount, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([30, true, false])
    expect(new Set([...first.nodes, ...second.nodes].map(({ title }) => title)).size).toBe(30)
  })

  test('what filters can name', async () => {
    const { data } = await askApp(
      catalog,
      '{ genres { code name } languages { code } countries { code } regions { code label slug currency countries } }',
    )
    expect(data).toMatchObject({
      genres: [{ code: 'comedy', name: 'Comedy' }, { code: 'drama' }, { code: 'sci-fi' }],
      languages: [{ code: 'en' }, { code: 'de' }, { code: 'hi' }, { code: 'fa' }],
      countries: [
        { code: 'CA' },
        { code: 'DE' },
        { code: 'IN' },
        { code: 'IR' },
        { code: 'RO' },
        { code: 'GB' },
        { code: 'US' },
      ],
      regions: [
        { code: 'IN', label: 'India', slug: 'india', currency: 'INR', countries: ['IN'] },
        { code: 'US', label: 'USA' },
        { code: 'GB', label: 'UK' },
      ],
    })
  })

  describe('nodes', () => {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Movie { title } ... on Person { name } } }`

    test('titles and people by their global ids, in order, null where there is nothing', async () => {
      const movie = await idOf('tt9000004')
      const { id: person } = await personOf('tt9000004')
      const nothing = Buffer.from('Movie:999999').toString('base64url')
      const { data, errors } = await askApp(catalog, query, { variables: { ids: [person, nothing, movie, person] } })
      expect(errors).toBeUndefined()
      const somebody = { __typename: 'Person', id: person, name: 'Asha Director' }
      expect(data).toEqual({ nodes: [somebody, null, { __typename: 'Movie', id: movie, title: 'Ankur' }, somebody] })
      const one = await askApp(catalog, `{ node(id: "${movie}") { ... on Movie { title } } }`)
      expect(one.data).toEqual({ node: { title: 'Ankur' } })
    })

    test('a hundred titles cost one statement, and no more than a hundred are given', async () => {
      const ids = Array.from({ length: 101 }, (_, index) => Buffer.from(`Movie:${index + 1}`).toString('base64url'))
      const some = (count: number): object => ({ variables: { ids: ids.slice(0, count) } })
      expect(await statementsOf(catalog, () => askApp(catalog, query, some(100)))).toHaveLength(1)
      const { errors } = await askApp(catalog, query, some(101))
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'ids' } }])
    })
  })

  describe('for the supergraph', () => {
    const headers = { 'x-service-secret': secret }

    test('ten references of each kind cost one statement for each kind', async () => {
      interface Listed {
        movies: { nodes: Array<{ id: string; directors: Array<{ id: string }> }> }
      }
      const listed = await askApp<Listed>(
        catalog,
        '{ movies(first: 10, orderBy: YEAR) { nodes { id directors { id } } } }',
      )
      const movies = listed.data.movies.nodes.map(({ id }) => ({ __typename: 'Movie', id }))
      const people = listed.data.movies.nodes.flatMap(({ directors }) =>
        directors.map(({ id }) => ({ __typename: 'Person', id })),
      )
      const query = `query ($refs: [_Any!]!) { entities: _entities(representations: $refs) { __typename ... on Movie { title } ... on Person { name } } }`
      for (let run = 0; run < 5; run++) {
        const asked = await statementsOf(catalog, async () => {
          const { data, errors } = await askApp<{ entities: object[] }>(catalog, query, {
            variables: { refs: [...movies, ...people] },
            headers,
          })
          expect(errors).toBeUndefined()
          expect(data.entities).toHaveLength(20)
          expect(data.entities).toContainEqual({ __typename: 'Movie', title: 'Numbered Film 60' })
          expect(data.entities).toContainEqual({ __typename: 'Person', name: 'Director 60' })
        })
        expect(asked).toHaveLength(2)
      }
    })

    test.each([{}, { 'x-service-secret': 'wrong' }])(
      'entities need the service secret: %j is refused',
      async (wrong) => {
        const { data, errors } = await askApp(catalog, '{ _service { sdl } }', { headers: wrong })
        expect(data ?? null).toBeNull()
        expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
        expect((await askApp(catalog, '{ _service { sdl } }', { headers })).data).toMatchObject({
          _service: { sdl: expect.stringContaining('federation/v2.9') },
        })
      },
    )
  })

  const refusals: Array<[string, string, string | undefined]> = [
    ['{ movies(first: -1) { nodes { id } } }', 'BAD_USER_INPUT', 'first'],
    ['{ movies(last: 100000) { nodes { id } } }', 'BAD_USER_INPUT', 'last'],
    ['{ movies(after: "Zm9yZ2Vk") { nodes { id } } }', 'INVALID_CURSOR', 'after'],
    ['{ movies(orderBy: NONE) { nodes { id } } }', 'GRAPHQL_VALIDATION_FAILED', undefined],
    ['{ movies(filter: { availableIn: ["XX"] }) { nodes { id } } }', 'UNKNOWN_REGION', undefined],
    ['{ movies(filter: { rating: { min: 9, max: 1 } }) { nodes { id } } }', 'BAD_USER_INPUT', 'filter.rating'],
    ['{ movie { id } }', 'BAD_USER_INPUT', 'id'],
    ['{ movie(id: "x", imdbId: "tt9000001") { id } }', 'BAD_USER_INPUT', 'imdbId'],
    ['{ movie(imdbId: "nm9000001") { id } }', 'BAD_USER_INPUT', 'imdbId'],
    ['{ movie(id: "\\u0000") { id } }', 'BAD_USER_INPUT', 'id'],
    [`{ node(id: "${'x'.repeat(10_000)}") { id } }`, 'BAD_USER_INPUT', 'id'],
    ['{ nodes(ids: ["TW92aWU6MQ", "nothing"]) { id } }', 'BAD_USER_INPUT', 'ids'],
    ['{ person(id: "") { id } }', 'BAD_USER_INPUT', 'id'],
    ['{ search(text: "") { nodes { id } } }', 'BAD_USER_INPUT', 'text'],
    [`{ search(text: "${'x'.repeat(10_000)}") { nodes { id } } }`, 'BAD_USER_INPUT', 'text'],
    ['{ search(text: "a", filter: { text: "b" }) { nodes { id } } }', 'BAD_USER_INPUT', 'filter.text'],
    ['{ search(text: "a", first: 101) { nodes { id } } }', 'BAD_USER_INPUT', 'first'],
    ['{ movie(imdbId: "tt9000001") { cast(first: 0) { name } } }', 'BAD_USER_INPUT', 'first'],
    ['{ movie(imdbId: "tt9000001") { cast(first: 101) { name } } }', 'BAD_USER_INPUT', 'first'],
  ]

  test.each(refusals.map((refusal) => [refusal[0].slice(0, 70), ...refusal] as const))(
    '%s is refused with its code',
    async (_name, query, code, field) => {
      for (let run = 0; run < 5; run++) {
        const { errors } = await askApp(catalog, query)
        expect(errors?.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([[code, field]])
      }
    },
  )
})

import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { numberedTitles, writeSmallCatalogue } from '../../tests/support/small-catalogue.ts'
import { askApp, readsOf, statementsOf } from '../../tests/support/subgraph-app.ts'
import { buildRegionApp } from './app.ts'
import { readRegionConfig } from './config.ts'

interface Listing {
  region: { region: { code: string; label: string }; movies: { nodes: { id: string; title: string; label: string }[] } }
}

describe.each(dialects())('a region service on %s', (dialect) => {
  let database: TestDatabase
  let india: FastifyInstance
  const secret = 'a-service-secret'

  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    india = await buildRegionApp(
      readRegionConfig({ REGION: 'IN', DATABASE_URL: database.url, SERVICE_SECRET: secret, LOG_LEVEL: 'silent' }),
    )
    await india.ready()
  })
  afterAll(async () => {
    await india.close()
    await database[Symbol.asyncDispose]()
  })

  async function titlesIn(code: string): Promise<string[]> {
    const query = `{ region(code: ${code}) { region { code label } movies(first: 100) { nodes { title } } } }`
    const { data } = await askApp<Listing>(india, query)
    return data.region.movies.nodes.map(({ title }) => title)
  }

  async function codesThatList(title: string): Promise<string[]> {
    const codes = ['IN', 'US', 'GB']
    const lists = await Promise.all(codes.map(titlesIn))
    return codes.filter((_, index) => lists[index]?.includes(title))
  }

  test('a co-production stands in the catalogue of each of its regions and of no other', async () => {
    expect(await codesThatList('Teenage Space Vampires')).toEqual(['US'])
    expect(await codesThatList('Gandhi')).toEqual(['IN', 'US', 'GB'])
    expect(await codesThatList('Slumdog Millionaire')).toEqual(['IN', 'GB'])
    expect(await codesThatList('Leila')).toEqual([])
    expect(await codesThatList('Against All Hope')).toEqual([])
  })

  test('without a code it answers for its home, whatever the X-Region header says', async () => {
    const query = '{ region { region { code } movies { nodes { title } } } }'
    const { data } = await askApp<Listing>(india, query, { headers: { 'x-region': 'US' } })
    expect(data.region.region.code).toBe('IN')
    expect(data.region.movies.nodes.map(({ title }) => title)).toEqual(['Ankur', 'Gandhi', 'Slumdog Millionaire'])
  })

  test.each(['UK', '"UK"', 'GB', '"GB"', '"gb"'])('region(code: %s) is the United Kingdom', async (code) => {
    const { data } = await askApp<Listing>(india, `{ region(code: ${code}) { region { code label } } }`)
    expect(data.region.region).toEqual({ code: 'GB', label: 'UK' })
  })

  test('a region code may be a variable, in compiled queries too', async () => {
    const query = 'query ($code: RegionCode) { region(code: $code) { region { code } } }'
    for (const code of ['UK', 'GB', 'IN', 'us', 'UK', 'US']) {
      const { data } = await askApp<Listing>(india, query, { variables: { code } })
      expect(data.region.region.code).toBe({ UK: 'GB', us: 'US' }[code] ?? code)
    }
  })

  test('labels, facts and availability of a title', async () => {
    const query = `{ region(code: US) { movies(filter: { text: "teenage space" }) { nodes {
      id imdbId title label releaseYear gross { minorUnits currency } averageRating votes popularity
      countries { code } languages { code name } genres { name }
      availability { region offerType availableFrom availableUntil price { minorUnits } quality audio { code } subtitles { code } }
    } } } }`
    const { data, errors } = await askApp<Listing>(india, query)
    expect(errors).toBeUndefined()
    expect(data.region.movies.nodes).toEqual([
      {
        id: expect.any(String),
        imdbId: 'tt9000001',
        title: 'Teenage Space Vampires',
        label: 'Romania, Canada, USA-Teenage Space Vampires',
        releaseYear: 1999,
        gross: null,
        averageRating: 3.4,
        votes: 400,
        popularity: expect.any(Number),
        countries: [{ code: 'RO' }, { code: 'CA' }, { code: 'US' }],
        languages: [{ code: 'en', name: 'English' }],
        genres: [{ name: 'Drama' }],
        availability: [
          {
            region: 'US',
            offerType: null,
            availableFrom: '1999-01-01T00:00:00.000Z',
            availableUntil: null,
            price: null,
            quality: null,
            audio: [],
            subtitles: [],
          },
        ],
      },
    ])
  })

  test('availability can be narrowed to regions', async () => {
    const query =
      '{ region { movies(filter: { text: "gandhi" }) { nodes { availability(regions: [UK, US]) { region } } } } }'
    const { data } = await askApp(india, query)
    expect(data).toMatchObject({
      region: { movies: { nodes: [{ availability: [{ region: 'GB' }, { region: 'US' }] }] } },
    })
  })

  test('a page of fifty with everything that belongs to its titles reads each table once', async () => {
    const query = `{ region(code: US) { movies(first: 50) { nodes {
      label countries { name } languages { name } genres { name } availability { region audio { code } subtitles { code } }
    } } } }`
    const statements = await statementsOf(india, () => askApp(india, query))
    const tables = ['title_listings', 'titles', 'title_countries', 'title_languages', 'title_genres', 'availabilities']
    expect(tables.map((table) => [table, readsOf(statements, table)])).toEqual(tables.map((table) => [table, 1]))
    expect(statements).toHaveLength(6)
  })

  test('counts and facets are made only where they are selected, and once', async () => {
    const statements = (fields: string): Promise<string[]> =>
      statementsOf(india, () => askApp(india, `{ region(code: US) { ${fields} } }`))
    expect(await statements('movies { nodes { title } }')).toHaveLength(1)
    expect(await statements('movies { nodes { title } totalCount totalCountIsExact }')).toHaveLength(2)
    expect(await statements('region { code }')).toHaveLength(0)
    expect(await statements('facets { genres { value count } years { value } isComplete }')).toHaveLength(1)
    expect(await statements('facets { isComplete }')).toHaveLength(1)
  })

  test('the count is of the whole list under the filter', async () => {
    const query = `{ region(code: US) { all: movies(first: 1) { totalCount totalCountIsExact }
      some: movies(first: 1, filter: { genres: { any: ["sci-fi"] } }) { totalCount } } }`
    const { data } = await askApp(india, query)
    expect(data).toEqual({
      region: {
        all: { totalCount: numberedTitles + 2, totalCountIsExact: true },
        some: { totalCount: numberedTitles / 2 },
      },
    })
  })

  test('facets count the titles of the region under the filter', async () => {
    const query = '{ region { facets(filter: { originIn: [GB] }) { countries { value label count } isComplete } } }'
    const { data } = await askApp(india, query)
    expect(data).toEqual({
      region: {
        facets: {
          countries: [
            { value: 'GB', label: 'UK', count: 2 },
            { value: 'IN', label: 'India', count: 2 },
            { value: 'US', label: 'USA', count: 1 },
          ],
          isComplete: true,
        },
      },
    })
  })

  test('a list can be walked forwards and backwards by its cursors', async () => {
    interface Walk {
      region: { movies: { nodes: { title: string }[]; pageInfo: Record<string, unknown> } }
    }
    const query = `query ($first: Int, $after: String, $last: Int, $before: String) { region(code: US) {
      movies(first: $first, after: $after, last: $last, before: $before) {
        nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`
    const walk = async (
      size: 'first' | 'last',
      from: 'after' | 'before',
      cursor: string,
      more: string,
    ): Promise<string[]> => {
      const found: string[][] = []
      let variables: object = { [size]: 7 }
      for (;;) {
        const { data } = await askApp<Walk>(india, query, { variables })
        found.push(data.region.movies.nodes.map(({ title }) => title))
        if (!data.region.movies.pageInfo[more]) return (size === 'first' ? found : found.toReversed()).flat()
        variables = { [size]: 7, [from]: data.region.movies.pageInfo[cursor] }
      }
    }
    const forwards = await walk('first', 'after', 'endCursor', 'hasNextPage')
    expect(new Set(forwards).size).toBe(numberedTitles + 2)
    expect(await walk('last', 'before', 'startCursor', 'hasPreviousPage')).toEqual(forwards)
  })

  test('movie(id:) is null where the title is not available here', async () => {
    const { data } = await askApp<Listing>(
      india,
      '{ region(code: US) { movies(filter: { text: "vampires" }) { nodes { id } } } }',
    )
    const variables = { id: data.region.movies.nodes[0]?.id }
    const query = (code: string): string => `query ($id: ID!) { region(code: ${code}) { movie(id: $id) { title } } }`
    expect((await askApp(india, query('US'), { variables })).data).toEqual({
      region: { movie: { title: 'Teenage Space Vampires' } },
    })
    expect((await askApp(india, query('IN'), { variables })).data).toEqual({ region: { movie: null } })
  })

  test('the log of changes tells when each title became available, page by page', async () => {
    interface Changes {
      region: {
        changes: { edges: { cursor: string }[]; nodes: object[]; pageInfo: { endCursor: string; hasNextPage: boolean } }
      }
    }
    const query = `query ($after: String) { region { changes(kinds: [ADDED], since: "2026-10-01T00:00:00Z", first: 2, after: $after) {
      edges { cursor } nodes { id kind region changedAt offerType availableFrom availableUntil movie { title } }
      pageInfo { endCursor hasNextPage } } } }`
    const first = (await askApp<Changes>(india, query)).data.region.changes
    expect(first.nodes).toHaveLength(2)
    expect(first.nodes[0]).toMatchObject({
      kind: 'ADDED',
      region: 'IN',
      changedAt: '2026-11-01T00:00:00.000Z',
      availableUntil: null,
      movie: { title: 'Gandhi' },
    })
    const variables = { after: first.pageInfo.endCursor }
    const second = (await askApp<Changes>(india, query, { variables })).data.region.changes
    expect(second.nodes).toMatchObject([{ movie: { title: 'Ankur' } }])
    expect(second.pageInfo.hasNextPage).toBe(false)
  })

  describe('for the supergraph', () => {
    const query = 'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Movie { title label } } }'
    const references = async (): Promise<object[]> => {
      const { data } = await askApp<Listing>(india, '{ region(code: US) { movies(first: 10) { nodes { id } } } }')
      return data.region.movies.nodes.map(({ id }) => ({ __typename: 'Movie', id }))
    }

    test('ten references cost one statement, and their labels one more', async () => {
      const refs = await references()
      const headers = { 'x-service-secret': secret }
      const ask = (text: string): Promise<string[]> =>
        statementsOf(india, () => askApp(india, text, { variables: { refs: [...refs, ...refs] }, headers }))
      expect(await ask(query.replace(' label', ''))).toHaveLength(1)
      expect(await ask(query)).toHaveLength(2)
      const { data } = await askApp<Record<string, object[]>>(india, query, { variables: { refs }, headers })
      expect(
        Object.values(data)
          .flat()
          .filter((movie) => 'title' in movie),
      ).toHaveLength(10)
    })

    test('a reference to nothing is null, whatever its id holds', async () => {
      const ids = ['', 'x', 'x'.repeat(10_000), Buffer.from('Movie:999999').toString('base64url')]
      const refs = ids.map((id) => ({ __typename: 'Movie', id }))
      const { data, errors } = await askApp(india, query, {
        variables: { refs },
        headers: { 'x-service-secret': secret },
      })
      expect(errors).toBeUndefined()
      expect(data).toEqual({ _entities: [null, null, null, null] })
    })

    test.each([{}, { 'x-service-secret': 'wrong' }])(
      'entities and the SDL need the service secret: %j is refused',
      async (headers) => {
        const variables = { refs: await references() }
        for (const text of [query, '{ _service { sdl } }']) {
          const { data, errors } = await askApp(india, text, text === query ? { variables, headers } : { headers })
          expect(data ?? null).toBeNull()
          expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
        }
      },
    )
  })

  describe('bad input', () => {
    const movies = (args: string): string => `{ region { movies${args} { nodes { title } } } }`

    const refusals: Array<[string, string, string | undefined]> = [
      [movies('(first: -1)'), 'BAD_USER_INPUT', 'first'],
      [movies('(first: 0)'), 'BAD_USER_INPUT', 'first'],
      [movies('(first: 100000)'), 'BAD_USER_INPUT', 'first'],
      [movies('(first: 1, last: 1)'), 'BAD_USER_INPUT', 'last'],
      [movies('(after: "forged")'), 'INVALID_CURSOR', 'after'],
      [movies('(after: "\\u0000")'), 'BAD_USER_INPUT', 'after'],
      [movies(`(before: "${'x'.repeat(10_000)}")`), 'INVALID_CURSOR', 'before'],
      [movies('(filter: { year: { min: 2000, max: 1990 } })'), 'BAD_USER_INPUT', 'filter.year'],
      [movies('(orderBy: LENGTH)'), 'GRAPHQL_VALIDATION_FAILED', undefined],
      [movies('(filter: { availableIn: [FR] })'), 'UNKNOWN_REGION', undefined],
      [movies('(filter: { originIn: ["France"] })'), 'BAD_USER_INPUT', undefined],
      ['{ region(code: FR) { region { code } } }', 'UNKNOWN_REGION', undefined],
      ['{ region(code: "") { region { code } } }', 'UNKNOWN_REGION', undefined],
      ['{ region(code: 7) { region { code } } }', 'BAD_USER_INPUT', undefined],
      ['{ region { movie(id: "nothing") { title } } }', 'BAD_USER_INPUT', 'id'],
      ['{ region { movie(id: "\\u0000") { title } } }', 'BAD_USER_INPUT', 'id'],
      [`{ region { movie(id: "${'x'.repeat(10_000)}") { title } } }`, 'BAD_USER_INPUT', 'id'],
      ['{ region { changes(kinds: [LOST]) { nodes { id } } } }', 'GRAPHQL_VALIDATION_FAILED', undefined],
      ['{ region { changes(since: "yesterday") { nodes { id } } } }', 'BAD_USER_INPUT', undefined],
    ]

    test.each(refusals.map((refusal) => [refusal[0].slice(0, 70), ...refusal] as const))(
      '%s is refused with its code',
      async (_name, query, code, field) => {
        for (let run = 0; run < 5; run++) {
          const { errors } = await askApp(india, query)
          expect(errors?.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([[code, field]])
          expect(JSON.stringify(errors)).not.toMatch(/node_modules|select |sqlite|mysql:/i)
        }
      },
    )

    test('an unknown region as a variable names the known ones, before and after the query is compiled', async () => {
      const query = 'query ($code: RegionCode!) { region(code: $code) { region { code } } }'
      for (let run = 0; run < 6; run++) {
        const { errors } = await askApp(india, query, { variables: { code: run % 2 ? 'FR' : 'IN' } })
        const refusal = { message: expect.stringContaining('IN, US, GB or UK'), extensions: { code: 'UNKNOWN_REGION' } }
        expect(errors ?? []).toMatchObject(run % 2 ? [refusal] : [])
      }
    })

    test('a cursor of another list is refused', async () => {
      const { data } = await askApp<{ region: { movies: { pageInfo: { endCursor: string } } } }>(
        india,
        '{ region { movies(first: 1) { pageInfo { endCursor } } } }',
      )
      const variables = { after: data.region.movies.pageInfo.endCursor }
      for (const list of [
        'region(code: US) { movies(after: $after)',
        'region { movies(after: $after, orderBy: YEAR)',
      ]) {
        const { errors } = await askApp(india, `query ($after: String) { ${list} { nodes { id } } } }`, { variables })
        expect(errors).toMatchObject([{ extensions: { code: 'INVALID_CURSOR', field: 'after' } }])
      }
    })
  })
})

import { regions } from '@movieverse/regions/regions.ts'
import type { buildServer } from '@movieverse/service/server.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildCatalogApp } from '../subgraphs/catalog/app.ts'
import { readCatalogConfig } from '../subgraphs/catalog/config.ts'
import { buildRegionApp } from '../subgraphs/region/app.ts'
import { readRegionConfig } from '../subgraphs/region/config.ts'
import { buildViewersApp } from '../subgraphs/viewers/app.ts'
import { readViewersConfig } from '../subgraphs/viewers/config.ts'
import { buildSupergraph } from '../supergraph/app.ts'
import { readSupergraphConfig } from '../supergraph/config.ts'
import { createTestDatabase, dialects, type TestDatabase } from './support/databases.ts'
import { writeSmallCatalogue } from './support/small-catalogue.ts'
import { askApp, signedIn, type GraphqlAnswer } from './support/subgraph-app.ts'

type App = Awaited<ReturnType<typeof buildServer>>

describe.each(dialects())('viewers through the supergraph on %s', (dialect) => {
  let database: TestDatabase
  let supergraph: App
  let viewers: App
  const services: App[] = []

  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    const environment = { DATABASE_URL: database.url, LOG_LEVEL: 'silent' }
    const urls: Record<string, string> = {}
    const listen = async (name: string, app: App): Promise<void> => {
      services.push(app)
      urls[name] = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`
    }
    for (const { slug, code } of regions)
      await listen(slug, await buildRegionApp(readRegionConfig({ ...environment, REGION: code })))
    await listen('catalog', await buildCatalogApp(readCatalogConfig(environment)))
    viewers = await buildViewersApp(readViewersConfig(environment))
    await listen('viewers', viewers)
    supergraph = await buildSupergraph(
      readSupergraphConfig({ LOG_LEVEL: 'silent', SUBGRAPH_URLS: JSON.stringify(urls) }),
    )
    await supergraph.ready()
  })
  afterAll(async () => {
    await supergraph.close()
    await Promise.all(services.map((app) => app.close()))
    await database[Symbol.asyncDispose]()
  })

  function as<Data = Record<string, unknown>>(
    userId: string,
    query: string,
    {
      scopes,
      variables = {},
      headers = {},
    }: { scopes?: string; variables?: object; headers?: Record<string, string> } = {},
  ): Promise<GraphqlAnswer<Data>> {
    return askApp<Data>(supergraph, query, { variables, headers: { ...signedIn(userId, scopes), ...headers } })
  }

  async function idOf(imdbId: string): Promise<string> {
    const { data } = await askApp<{ movie: { id: string } }>(supergraph, `{ movie(imdbId: "${imdbId}") { id } }`)
    return data.movie.id
  }

  test('what somebody rates stands at the title in a region’s list and in their own list, with the title’s facts', async () => {
    const id = await idOf('tt9000004')
    const rate = `mutation ($id: ID!) { rateMovie(input: { movieId: $id, stars: 4.5 }) {
      rating { stars movie { label } } movie { title viewer { rating seen } } viewer { id } errors { __typename } } }`
    const rated = await as('asha', rate, { variables: { id } })
    expect(rated.errors).toBeUndefined()
    expect(rated.data).toEqual({
      rateMovie: {
        rating: { stars: 4.5, movie: { label: 'India-Ankur' } },
        movie: { title: 'Ankur', viewer: { rating: 4.5, seen: false } },
        viewer: { id: expect.any(String) },
        errors: [],
      },
    })
    const lists = await as(
      'asha',
      `{ region(code: IN) { movies(first: 1) { nodes { title viewer { rating onWatchlist } } } }
         viewer { ratings { totalCount nodes { stars movie { title countries { name } directors { name } } } } } }`,
    )
    expect(lists.errors).toBeUndefined()
    expect(lists.data).toEqual({
      region: { movies: { nodes: [{ title: 'Ankur', viewer: { rating: 4.5, onWatchlist: false } }] } },
      viewer: {
        ratings: {
          totalCount: 1,
          nodes: [
            {
              stars: 4.5,
              movie: { title: 'Ankur', countries: [{ name: 'India' }], directors: [{ name: 'Asha Director' }] },
            },
          ],
        },
      },
    })
  })

  test('errors as data arrive with their types, mutation by mutation', async () => {
    const id = await idOf('tt9000001')
    const { data, errors } = await as(
      'ben',
      `mutation ($id: ID!) {
        seven: rateMovie(input: { movieId: $id, stars: 7 }) { rating { stars } errors { __typename field message ... on InvalidRating { field } } }
        lost: hideMovie(input: { movieId: "nonsense" }) { movie { title } errors { __typename field } }
        done: recordProgress(input: { movieId: $id, progressPercent: 97 }) { movie { title viewer { seen } } errors { __typename } }
        profile: updateProfile(input: { services: ["?"] }) { viewer { profile { services } } errors { __typename } } }`,
      { variables: { id } },
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      seven: {
        rating: null,
        errors: [
          { __typename: 'InvalidRating', field: 'input.stars', message: 'A rating is 0.5 to 5 stars, in halves' },
        ],
      },
      lost: { movie: null, errors: [{ __typename: 'NotFound', field: 'input.movieId' }] },
      done: { movie: { title: 'Teenage Space Vampires', viewer: { seen: true } }, errors: [] },
      profile: { viewer: { profile: { services: [] } }, errors: [{ __typename: 'InvalidProfile' }] },
    })
  })

  test('the profile’s region is meant where the query names none, as soon as it is set, and whoever asks', async () => {
    const query = '{ region { region { code } movies { totalCount } } }'
    expect((await as('chloe', query)).errors?.[0]?.extensions.code).toBe('REGION_REQUIRED')
    for (const region of ['GB', 'IN']) {
      await as('chloe', `mutation { updateProfile(input: { region: ${region} }) { errors { message } } }`)
      for (let time = 0; time < 4; time += 1) {
        const { data, errors } = await as<{ region: { region: object } }>('chloe', query)
        expect([errors, data.region.region]).toEqual([undefined, { code: region }])
      }
    }
    expect((await as('asha', query)).errors?.[0]?.extensions.code).toBe('REGION_REQUIRED')
    const header = await as<{ region: { region: object } }>('chloe', query, { headers: { 'x-region': 'US' } })
    expect(header.data.region.region).toEqual({ code: 'US' })
  })

  test('a viewer is no node, and their id opens nothing', async () => {
    const { data } = await as<{ viewer: { id: string } }>('asha', '{ viewer { id } }')
    for (const user of ['asha', 'eve']) {
      const answer = await as(
        user,
        'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } movie(id: $id) { id } }',
        {
          variables: { id: data.viewer.id },
        },
      )
      expect(answer.data).toEqual({ node: null, nodes: null, movie: null })
      expect(new Set(answer.errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']))
    }
    const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Viewer { id } } }'
    const variables = { r: [{ __typename: 'Viewer', id: data.viewer.id }] }
    expect((await as('eve', entities, { variables })).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  test('who is not signed in, or lacks the scope, is told so, and reads the catalogue all the same', async () => {
    const query = '{ movie(imdbId: "tt9000004") { title viewer { rating } } viewer { id } exportMe }'
    const nobody = await askApp(supergraph, query)
    expect(nobody.data).toEqual({ movie: { title: 'Ankur', viewer: null }, viewer: null, exportMe: null })
    expect(nobody.errors?.map(({ extensions }) => extensions.code)).toEqual(
      Array.from({ length: 3 }, () => 'UNAUTHENTICATED'),
    )
    const writer = await as('asha', query, { scopes: 'viewer:write' })
    expect(writer.data).toEqual(nobody.data)
    expect(writer.errors?.map(({ extensions }) => extensions.code)).toEqual(
      Array.from({ length: 3 }, () => 'FORBIDDEN'),
    )
    const rate = `mutation { rateMovie(input: { movieId: "x", stars: 4 }) { errors { message } } }`
    expect((await as('asha', rate, { scopes: 'viewer:read' })).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  test('whoever may only write is answered what they wrote, and not who they are', async () => {
    const id = await idOf('tt9000004')
    const { data, errors } = await as(
      'writer',
      `mutation ($id: ID!) { rateMovie(input: { movieId: $id, stars: 2 }) { rating { stars } viewer { id } movie { title viewer { rating } } errors { message } } }`,
      { variables: { id }, scopes: 'viewer:write' },
    )
    expect(data).toEqual({
      rateMovie: { rating: { stars: 2 }, viewer: null, movie: { title: 'Ankur', viewer: null }, errors: [] },
    })
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['rateMovie.viewer', 'FORBIDDEN'],
      ['rateMovie.movie.viewer', 'FORBIDDEN'],
    ])
  })

  test('thirty first requests at once make one viewer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => as<{ viewer: { id: string } }>('sudden', '{ viewer { id } }')),
    )
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([])
    expect(await database.db('viewers').where({ user_id: 'sudden' })).toHaveLength(1)
  })

  test('an export is JSON, and after an erasure the old token is refused', async () => {
    const id = await idOf('tt9000004')
    await as('leaver', 'mutation ($id: ID!) { addToWatchlist(input: { movieId: $id }) { errors { message } } }', {
      variables: { id },
    })
    const { data } = await as<{ exportMe: { watchlist: object[] } }>('leaver', '{ exportMe }')
    expect(data.exportMe.watchlist).toEqual([
      { movieId: id, imdbId: 'tt9000004', title: 'Ankur', addedAt: expect.any(String) },
    ])
    const erased = await as('leaver', 'mutation { eraseMe(input: {}) { erasedAt errors { message } } }')
    expect(erased.data).toEqual({ eraseMe: { erasedAt: expect.any(String), errors: [] } })
    const replay = await as('leaver', '{ viewer { id } }')
    expect([replay.data, replay.errors?.[0]?.extensions.code]).toEqual([{ viewer: null }, 'UNAUTHENTICATED'])
    expect(await database.db('viewers').where({ user_id: 'leaver' })).toEqual([])
  })

  test('the counters tell what viewers did', async () => {
    const { body } = await viewers.inject({ url: '/metrics' })
    const counted = (name: string, labels: string): number =>
      Number(new RegExp(`^movieverse_viewers_${name}\\{${labels}.*\\} (\\d+)$`, 'm').exec(body)?.[1] ?? 0)
    expect(counted('ratings_total', 'operation="rateMovie",outcome="ok"')).toBeGreaterThanOrEqual(2)
    expect(counted('ratings_total', 'operation="rateMovie",outcome="refused"')).toBe(1)
    expect(counted('created_total', '')).toBeGreaterThanOrEqual(5)
    expect(counted('erased_total', '')).toBe(1)
    expect(counted('exported_total', '')).toBe(1)
    expect(body).not.toMatch(/asha|leaver/)
  })

  // The last one: the service does not come back.
  test('a viewers’ service that is down takes only what is of viewers', async () => {
    await viewers.close()
    const { data, errors } = await as(
      'asha',
      '{ region(code: IN) { movies(first: 1) { nodes { title viewer { rating } } } } viewer { id } }',
    )
    expect(data).toEqual({ region: { movies: { nodes: [{ title: 'Ankur', viewer: null }] } }, viewer: null })
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['SUBGRAPH_UNAVAILABLE']))
  })
})

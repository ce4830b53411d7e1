import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publicLimits } from '@movieverse/service/graphql-limits.ts'
import { openSocket } from '@movieverse/service/testing/websocket-client.ts'
import { createPlatformSubgraphs } from './fixtures/platform-subgraphs.ts'
import { startSupergraph, type RunningSupergraph } from './fixtures/running-supergraph.ts'

// What packages/service proves of every endpoint, at the supergraph's own.

interface Answered {
  readonly data?: unknown
  readonly errors?: ReadonlyArray<{ readonly message: string; readonly extensions: { readonly code: string } }>
}

const production = { NODE_ENV: 'production', EDGE_SECRET: 'e'.repeat(40), SERVICE_SECRET: 's'.repeat(40) }
let supergraph: RunningSupergraph
beforeAll(async () => {
  supergraph = await startSupergraph(createPlatformSubgraphs(), production)
  await supergraph.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => supergraph[Symbol.asyncDispose]())

async function overHttp(query: string, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await supergraph.app.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })
  return response.json()
}

async function overWebSocket(query: string, headers: Record<string, string> = {}): Promise<Answered> {
  using socket = await openSocket(supergraph.app, { headers })
  socket.send({ id: 'a', type: 'subscribe', payload: { query } })
  const { type, payload } = await socket.receive()
  // Either errors alone, or an answer with data.
  return type === 'error' ? { errors: payload as NonNullable<Answered['errors']> } : (payload as Answered)
}

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')
const people = (levels: number): string =>
  levels === 0 ? 'id' : `movies(first: 1) { nodes { cast(first: 1) { ${people(levels - 1)} } } }`

describe.each([
  ['HTTP', overHttp],
  ['WebSocket', overWebSocket],
])('over %s', (_transport, ask) => {
  test.each([
    ['tokens', `{ regions { ${times(publicLimits.tokens, () => 'code')} } }`],
    ['levels of fields', `{ person(id: "x") { ${people(6)} } }`],
    ['aliases', `{ regions { ${times(publicLimits.aliases + 1, (index) => `a${index}: code`)} } }`],
    [
      'fields',
      `{ ...F0 } ${times(10, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)} fragment F10 on Query { regions { code } }`,
    ],
    ['root fields', `{ ${times(publicLimits.rootFields + 1, () => 'regions { code }')} }`],
    ['objects in the answer', '{ region(code: IN) { movies(first: 100) { nodes { cast(first: 50) { id } } } } }'],
  ])('%s are limited, before anybody is asked', async (what, query) => {
    const before = [...supergraph.subgraphs.values()].map(({ calls }) => calls.length)
    const { data, errors } = await ask(query)
    expect(data).toBeUndefined()
    expect(errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }])
    expect(errors?.[0]?.message).toContain(what)
    expect([...supergraph.subgraphs.values()].map(({ calls }) => calls.length)).toEqual(before)
  })

  test('several operations without a name are refused', async () => {
    expect(await ask('query A { regions { code } } query B { regions { name } }')).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    })
  })

  test('production tells the schema neither by introspection nor by suggestions', async () => {
    expect((await ask('{ __schema { types { name } } }')).errors?.[0]?.message).toContain(
      'introspection has been disabled',
    )
    expect((await ask('{ regionz { code } }')).errors?.[0]?.message).toBe(
      'Cannot query field "regionz" on type "Query".',
    )
  })

  test.each([{}, { 'x-service-secret': production.SERVICE_SECRET }])(
    'what federation adds to subgraphs is not there for %o',
    async (headers) => {
      for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
        const { data, errors } = await ask(query, headers)
        expect(data).toBeUndefined()
        expect(errors?.[0]?.extensions.code).toMatch(/GRAPHQL_VALIDATION_FAILED|FORBIDDEN/)
      }
    },
  )
})

test('a body of more than 64 KiB is refused, of a stated length or not', async () => {
  const payload = JSON.stringify({ query: `{ regions { code } } # ${'x'.repeat(70_000)}` })
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    const response = await supergraph.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', ...headers },
      payload,
    })
    expect([
      response.statusCode,
      response.json<Answered>().errors?.[0]?.extensions.code ?? response.json<{ error: { code: string } }>().error.code,
    ]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  }
})

test('of a client’s headers a subgraph gets those that are allowed and no others', async () => {
  const identity = {
    'x-edge-secret': production.EDGE_SECRET,
    'x-consumer-id': 'c',
    'x-consumer-username': 'web',
    'x-consumer-custom-id': 'cc',
    'x-credential-identifier': 'k',
    'x-authenticated-scope': 'viewer:read',
    'x-authenticated-userid': '7',
  }
  // The client's own choice, for fields that take a region and are given none.
  const chosen = { 'x-region': 'IN' }
  const traced = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'a=b' }
  const foreign = {
    authorization: 'Bearer x',
    cookie: 'a=b',
    apikey: 'k',
    'x-forwarded-for': '1.2.3.4',
    'x-consumer-groups': 'admins',
    'x-service-secret': 'guess',
    'x-own': 'yes',
  }
  const received = async (headers: Record<string, string>): Promise<Record<string, unknown>> => {
    await overHttp('{ regions { code } }', headers)
    const told = supergraph.subgraphs.get('catalog')?.calls.at(-1)?.headers
    const ofTransport = ['host', 'connection', 'content-type', 'content-length']
    return Object.fromEntries(Object.entries(told ?? {}).filter(([name]) => !ofTransport.includes(name)))
  }
  const always = {
    'x-request-id': expect.any(String),
    'x-service-secret': production.SERVICE_SECRET,
    'x-request-deadline-ms': expect.stringMatching(/^\d+$/),
  }
  expect(await received({ ...identity, ...traced, ...chosen, ...foreign })).toEqual({
    ...always,
    ...identity,
    ...traced,
    ...chosen,
  })
  // Identity is nothing without the edge's secret.
  expect(await received({ ...identity, ...traced, 'x-edge-secret': 'guess' })).toEqual({ ...always, ...traced })
})

test('every metric of insight is there', async () => {
  await overHttp('query ThreeRegions { region(code: IN) { region { code } } }')
  const { body } = await supergraph.app.inject('/metrics')
  const names = new Map([...body.matchAll(/^# TYPE (movieverse_\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]))
  expect(Object.fromEntries(names)).toMatchObject({
    movieverse_operation_duration_seconds: 'histogram',
    movieverse_operation_fetches: 'histogram',
    movieverse_operation_cost: 'histogram',
    movieverse_subgraph_request_duration_seconds: 'histogram',
    movieverse_plans_total: 'counter',
    movieverse_subgraph_breaker_state: 'gauge',
    movieverse_region_failovers_total: 'counter',
    movieverse_subgraph_url_failovers_total: 'counter',
    movieverse_subgraph_retries_total: 'counter',
    movieverse_subgraph_bulkhead_rejections_total: 'counter',
    movieverse_schema_reloads_total: 'counter',
    movieverse_graphql_errors_total: 'counter',
    movieverse_graphql_subscriptions: 'gauge',
    movieverse_websocket_connections: 'gauge',
  })
  expect(body).toMatch(/movieverse_subgraph_request_duration_seconds_count{[^}]*outcome="ok"/)
  expect(body).toMatch(/movieverse_subgraph_breaker_state{service="india"/)
})

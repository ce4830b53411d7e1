import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { PublicError, badUserInput } from './errors.ts'
import { buildTestSubgraph, testSchema } from './testing/apps.ts'

const secret = 'mysql://root:hunter2@db/movies'
const films = Array.from({ length: 100 }, (_, id) => ({ id: String(id), title: `Film ${id}` }))

async function build(env: Record<string, string> = {}): Promise<FastifyInstance> {
  return buildTestSubgraph(
    {
      Query: {
        film: (_root: unknown, { id }: { id: string }) => films[Number(id)] ?? null,
        films: (_root: unknown, { first }: { first?: number }) => ({ nodes: films.slice(0, first ?? 20), edges: [] }),
        broken: () => {
          throw new Error(`connect failed: ${secret}`)
        },
        refused: () => {
          throw badUserInput('first', 'must be between 1 and 100')
        },
        offline: () => {
          throw Object.assign(new Error(`connect ECONNREFUSED ${secret}`), { code: 'ECONNREFUSED' })
        },
        blank: () => null,
      },
      Mutation: { rename: (_root: unknown, { title }: { title: string }) => title },
      Film: { __resolveReference: ({ id }: { id: string }) => films[Number(id)] ?? null },
    } as never,
    env,
  )
}

async function post(app: FastifyInstance, payload: object, headers: Record<string, string> = {}) {
  const answer = await app.inject({ method: 'POST', url: '/graphql', payload, headers })
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
}

const codeOf = (body: { errors: { extensions: { code: string } }[] }) => body.errors[0]?.extensions.code
const trusted = { 'x-service-secret': 'development-service-secret' }

test('a query answers, again when it is compiled', async () => {
  const app = await build()
  for (let round = 0; round < 6; round += 1) {
    const { status, body } = await post(app, {
      query: 'query Q($id: ID!) { film(id: $id) { title } }',
      variables: { id: String(round) },
    })
    expect(status).toBe(200)
    expect(body).toEqual({ data: { film: { title: `Film ${round}` } } })
  }
})

test('an unexpected error is masked, whether or not the query is compiled', async () => {
  const app = await build()
  for (let round = 0; round < 6; round += 1) {
    const { status, body } = await post(app, { query: '{ broken }' })
    expect(status).toBe(200)
    expect(body.data).toEqual({ broken: null })
    expect(body.errors).toEqual([
      {
        message: 'Internal server error',
        locations: [{ line: 1, column: 3 }],
        path: ['broken'],
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ])
  }
})

test('a null where the schema allows none is a fault of ours and says nothing', async () => {
  const app = await build()
  for (let round = 0; round < 6; round += 1) {
    const { body } = await post(app, { query: '{ blank }' })
    expect(body.data).toBeNull()
    expect(body.errors[0]).toMatchObject({
      message: 'Internal server error',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    })
  }
})

test('a public error keeps its text, its code and the field', async () => {
  const { body } = await post(await build(), { query: '{ refused }' })
  expect(body.errors[0]).toMatchObject({
    message: 'first must be between 1 and 100',
    path: ['refused'],
    extensions: { code: 'BAD_USER_INPUT', field: 'first' },
  })
})

test('a database that does not answer is SERVICE_UNAVAILABLE and its address stays inside', async () => {
  const { body } = await post(await build(), { query: '{ offline }' })
  expect(codeOf(body)).toBe('SERVICE_UNAVAILABLE')
  expect(JSON.stringify(body)).not.toContain('hunter2')
})

test('a misspelt field is told with its suggestion', async () => {
  const { body } = await post(await build(), { query: '{ film(id: 1) { titel } }' })
  expect(body).not.toHaveProperty('data')
  expect(body.errors[0].message).toContain('Did you mean "title"')
  expect(codeOf(body)).toBe('GRAPHQL_VALIDATION_FAILED')
})

test('bad variables and bad syntax are told, with the status that the media type asks for', async () => {
  const app = await build()
  const bad = { query: 'query ($id: ID!) { film(id: $id) { title } }', variables: {} }
  expect(await post(app, bad)).toMatchObject({
    status: 200,
    body: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
  })
  const strict = await post(app, { query: '{ film(' }, { accept: 'application/graphql-response+json' })
  expect(strict.status).toBe(400)
  expect(strict.headers['content-type']).toBe('application/graphql-response+json; charset=utf-8')
  expect(codeOf(strict.body)).toBe('GRAPHQL_PARSE_FAILED')
})

test('list positions in the path of an error are numbers', async () => {
  const app = await buildTestSubgraph({
    Query: { nodes: () => films.slice(0, 2) },
    Film: {
      title: ({ id }: { id: string }) => {
        if (id === '1') throw new PublicError('NOT_FOUND', 'no title')
        return 'x'
      },
    },
  } as never)
  const { body } = await post(app, { query: '{ nodes(ids: [0, 1]) { title } }' })
  expect(body.errors[0].path).toEqual(['nodes', 1, 'title'])
})

test.each([
  ['an array', [{ query: '{ broken }' }]],
  ['no query', {}],
  ['a number as query', { query: 1 }],
  ['variables that are a list', { query: '{ refused }', variables: [1] }],
  ['an operation name that is no text', { query: '{ refused }', operationName: {} }],
])('a body with %s is refused with 400 before it is coerced', async (_what, payload) => {
  const { status, body } = await post(await build(), payload)
  expect(status).toBe(400)
  expect(codeOf(body)).toBe('BAD_REQUEST')
})

test('an answer comes in the media type that the client prefers, and who takes neither is told', async () => {
  const app = await build()
  const typeOf = async (accept: string): Promise<unknown> => {
    const { status, headers } = await post(app, { query: '{ extra }' }, { accept })
    return [status, headers['content-type'], headers.vary]
  }
  expect(await typeOf('application/graphql-response+json;q=0.1, application/json')).toEqual([
    200,
    'application/json; charset=utf-8',
    'Accept',
  ])
  expect(await typeOf('application/json, application/graphql-response+json')).toEqual([
    200,
    'application/graphql-response+json; charset=utf-8',
    'Accept',
  ])
  expect(await typeOf('text/html')).toEqual([406, 'application/json; charset=utf-8', 'Accept'])
})

test.each([
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
])('a long answer is compressed as %s for who takes it, a short one is not', async (encoding, decompress) => {
  const app = await build()
  const ask = async (first: number, accepted: string) =>
    app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'accept-encoding': accepted },
      payload: { query: `{ films(first: ${first}) { nodes { id title } } }` },
    })
  const long = await ask(100, encoding)
  expect(long.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept, accept-encoding' })
  expect(JSON.parse(decompress(long.rawPayload).toString()).data.films.nodes).toHaveLength(100)
  expect((await ask(2, encoding)).headers).not.toHaveProperty('content-encoding')
  expect((await ask(100, 'identity')).headers).not.toHaveProperty('content-encoding')
})

test('a compressed request body is not taken, since it could grow beyond the limit', async () => {
  const app = await build()
  const answer = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    payload: gzipSync(JSON.stringify({ query: '{ extra }' })),
  })
  expect(answer.statusCode).toBe(400)
})

test('an upgrade header does not lead past the checks of a plain request', async () => {
  const answer = await (
    await build()
  ).inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'text/plain', upgrade: 'websocket' },
    payload: '{"query":"{ extra }"}',
  })
  expect(codeOf(answer.json())).toBe('CSRF_PREVENTION')
  const malformed = await post(await build(), { query: { kind: 'Document' } }, { upgrade: 'websocket' })
  expect(codeOf(malformed.body)).toBe('BAD_REQUEST')
})

test('null extensions and null variables are accepted', async () => {
  const { status } = await post(await build(), {
    query: '{ extra }',
    variables: null,
    extensions: null,
    operationName: null,
  })
  expect(status).toBe(200)
})

test('a body that is no JSON, one of another type and one that is too long are refused with a code', async () => {
  const app = await build()
  const send = async (payload: string, type: string) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/graphql',
      payload,
      headers: { 'content-type': type, 'mercurius-require-preflight': '1' },
    })
    return [answer.statusCode, codeOf(answer.json())]
  }
  expect(await send('{"query":', 'application/json')).toEqual([400, 'BAD_REQUEST'])
  expect(await send('query', 'text/xml')).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  expect(
    await send(JSON.stringify({ query: '{ extra }', extensions: { pad: 'x'.repeat(70_000) } }), 'application/json'),
  ).toEqual([413, 'PAYLOAD_TOO_LARGE'])
})

test('a request that a form on another site could make is refused', async () => {
  const answer = await (await build()).inject({ method: 'GET', url: '/graphql?query=%7Bextra%7D' })
  expect(answer.statusCode).toBe(400)
  expect(codeOf(answer.json())).toBe('CSRF_PREVENTION')
})

test('GET answers queries, refuses mutations with 405 and unknown operations with a code', async () => {
  const app = await build()
  const get = async (query: string, name = '') => {
    const answer = await app.inject({
      url: '/graphql',
      query: { query, ...(name && { operationName: name }) },
      headers: { 'mercurius-require-preflight': '1' },
    })
    return { status: answer.statusCode, body: answer.json(), allow: answer.headers.allow }
  }
  expect((await get('{ extra }')).body).toEqual({ data: { extra: null } })
  expect(await get('mutation { rename(title: "x") }')).toMatchObject({
    status: 405,
    allow: 'POST',
    body: { errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] },
  })
  for (let round = 0; round < 2; round += 1) {
    expect(codeOf((await get('query A { extra }', 'B')).body)).toBe('GRAPHQL_VALIDATION_FAILED')
  }
})

test('_service returns the SDL as it was written, to the supergraph alone', async () => {
  const app = await build()
  const open = await post(app, { query: '{ _service { sdl } }' }, trusted)
  expect(open.body.data._service.sdl).toBe(testSchema)
  for (const headers of [{}, { 'x-service-secret': 'wrong' }] as Record<string, string>[]) {
    const closed = await post(app, { query: '{ a: _service { sdl } }' }, headers)
    expect(closed.status).toBe(403)
    expect(codeOf(closed.body)).toBe('FORBIDDEN')
  }
})

test('_entities answers the supergraph, for more keys than a caller from outside may send', async () => {
  const app = await build()
  const representations = Array.from({ length: 2000 }, (_, id) => ({
    __typename: 'Film',
    id: String(id),
    pad: 'x'.repeat(20),
  }))
  const payload = {
    query: 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Film { title } } }',
    variables: { r: representations },
  }
  const { body } = await post(app, payload, trusted)
  expect(body.data._entities).toHaveLength(2000)
  expect(body.data._entities[7]).toEqual({ title: 'Film 7' })
  expect((await post(app, payload)).status).toBe(413)
  const few = { ...payload, variables: { r: representations.slice(0, 2) } }
  expect(codeOf((await post(app, few)).body)).toBe('FORBIDDEN')
})

test('introspection is open in development and closed in production', async () => {
  const query = '{ __schema { types { name } } }'
  expect((await post(await build(), { query })).body.data.__schema.types.length).toBeGreaterThan(5)
  const env = { NODE_ENV: 'production', EDGE_SECRET: 'edge-edge', SERVICE_SECRET: 'service-service' }
  expect(codeOf((await post(await build(env), { query })).body)).toBe('GRAPHQL_VALIDATION_FAILED')
  expect((await post(await build({ ...env, INTROSPECTION: 'on' }), { query })).body.data.__schema).toBeDefined()
  const misspelt = (await post(await build(env), { query: '{ film(id: 1) { titel } }' })).body
  expect(misspelt.errors[0].message).toBe('Cannot query field "titel" on type "Film".')
})

test('operations are counted by root field and outcome, errors by code', async () => {
  const app = await build()
  for (const query of ['{ extra }', '{ broken }', '{ blank }', '{ extra refused }', '{ nonsense }'])
    await post(app, { query })
  const { payload } = await app.inject('/metrics')
  const count = (name: string, labels: string) =>
    Number(new RegExp(`^${name}\\{${labels},service="test",region=""\\} (\\d+)`, 'm').exec(payload)?.[1])
  expect(count('movieverse_graphql_operations_total', 'operation="extra",outcome="ok"')).toBe(1)
  expect(count('movieverse_graphql_operations_total', 'operation="broken",outcome="partial"')).toBe(1)
  expect(count('movieverse_graphql_operations_total', 'operation="blank",outcome="failed"')).toBe(1)
  expect(count('movieverse_graphql_operations_total', 'operation="several",outcome="partial"')).toBe(1)
  expect(count('movieverse_graphql_operations_total', 'operation="none",outcome="refused"')).toBe(1)
  expect(count('movieverse_graphql_errors_total', 'code="INTERNAL_SERVER_ERROR"')).toBe(2)
})

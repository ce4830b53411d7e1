import { once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import { buildSchema, parse } from 'graphql'
import mercurius from 'mercurius'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EventStream } from './event-stream.ts'
import { documentCost } from './graphql-cost.ts'
import { defineSubscriptions, graphqlOptions, guardGraphql } from './graphql.ts'
import { addGraphqlWebSocket } from './graphql-websocket.ts'
import { buildServer } from './server.ts'
import { testConfig, testSchema } from './testing/apps.ts'

type Answer = { data?: unknown; errors?: { message: string; extensions?: { code: string } }[] }
type Send = (query: string, variables?: object) => Promise<Answer>

const schema = `
  directive @link(url: String, import: [String]) on SCHEMA
  directive @key(fields: String) on OBJECT
  directive @shareable on OBJECT | FIELD_DEFINITION
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean) on FIELD_DEFINITION
  ${testSchema.replace(/extend schema.*\n/, '').replace('extend type Query', 'type Subscription { heard(text: String): String  films(first: Int): [Film] }\nextend type Query')}
`

async function build(env: Record<string, string> = {}): Promise<FastifyInstance> {
  const config = testConfig(env)
  const app = await buildServer({ name: 'test', config })
  const options = { config, context: () => ({}) }
  const shared = graphqlOptions(app, options)
  await addGraphqlWebSocket(app, { ...options, errorFormatter: shared.errorFormatter })
  await app.register(mercurius, { ...shared, schema, resolvers: { Query: { films: () => ({ nodes: [] }) } } })
  defineSubscriptions(app.graphql.schema, {
    heard() {
      const events = new EventStream<object>()
      events.push({ heard: 'hello' })
      return events
    },
    films: () => {
      throw new Error('mysql://root:hunter2@db')
    },
  })
  guardGraphql(app, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

const overHttp =
  (app: FastifyInstance): Send =>
  async (query, variables) => {
    const { payload } = await app.inject({ method: 'POST', url: '/graphql', payload: { query, variables } })
    return JSON.parse(payload)
  }

/** One socket per operation; the first message that is an answer or an error. */
const overWebSocket =
  (app: FastifyInstance): Send =>
  async (query, variables) => {
    const socket = new WebSocket(`${app.listeningOrigin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const receive = async () => JSON.parse((await once(socket, 'message'))[0].data)
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await receive()
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables } }))
    const message = await receive()
    socket.close()
    return message.type === 'error' ? { errors: message.payload } : message.payload
  }

const repeat = (times: number, text: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => text(index)).join(' ')
const nested = (levels: number): string => (levels === 0 ? 'id' : `similar(first: 1) { ${nested(levels - 1)} }`)
const bomb = (levels: number): string =>
  levels === 0 ? '__typename' : `films(first: 100) { nodes { ${bomb(levels - 1)} } }`

describe.each([
  ['HTTP', overHttp],
  ['WebSocket', overWebSocket],
])('over %s', (_transport, via) => {
  let app: FastifyInstance
  let send: Send
  beforeAll(async () => {
    app = await build()
    send = via(app)
  })
  afterAll(() => app.close())

  test('a modest query is answered', async () => {
    expect(await send('{ films(first: 100) { nodes { title similar(first: 5) { title } } } }')).toEqual({
      data: { films: { nodes: [] } },
    })
  })

  test.each([
    ['too many tokens', `{ film(id: 1) { ${repeat(1000, () => 'title')} } }`, '1000 tokens'],
    ['too many aliases', `{ film(id: 1) { ${repeat(51, (index) => `a${index}: title`)} } }`, '50 aliases'],
    ['too many root fields', `{ ${repeat(26, (index) => (index ? 'extra' : 'slow'))} }`, '25 root fields'],
    [
      'too many root fields in a fragment',
      `{ ...F } fragment F on Query { ${repeat(26, () => 'extra')} }`,
      '25 root fields',
    ],
    ['too deep', `{ film(id: 1) { ${nested(15)} } }`, '15 levels'],
    ['a page of pages', `{ ${bomb(2)} }`, '2000 objects'],
    ['pages without first', '{ films { nodes { films { nodes { films { nodes { id } } } } } } }', '2000 objects'],
    [
      'many ids with many objects each',
      `{ nodes(ids: [${repeat(100, String)}]) { films(first: 30) { nodes { id } } } }`,
      '2000 objects',
    ],
    [
      'fragments within fragments',
      `{ films(first: 50) { ...A } } fragment A on FilmConnection { nodes { ...B } } fragment B on Film { films(first: 50) { nodes { id } } }`,
      '2000 objects',
    ],
  ])('%s is LIMIT_EXCEEDED', async (_what, query, limit) => {
    for (let round = 0; round < 2; round += 1) {
      const { data, errors } = await send(query)
      expect(data).toBeUndefined()
      expect(errors?.[0]?.message).toContain(limit)
      expect(errors?.[0]?.extensions?.code).toBe('LIMIT_EXCEEDED')
    }
  })

  test('a page size in a variable counts, also when the same document was answered before', async () => {
    const query = 'query ($n: Int = 2) { films(first: $n) { nodes { films(first: $n) { nodes { id } } } } }'
    expect(await send(query, { n: 10 })).toHaveProperty('data')
    expect(await send(query)).toHaveProperty('data')
    expect((await send(query, { n: 90 })).errors?.[0]?.extensions?.code).toBe('LIMIT_EXCEEDED')
  })

  test('fragments that double at every level are counted without walking them out', async () => {
    const levels = repeat(40, (level) => `fragment F${level} on Film { ...F${level + 1} ...F${level + 1} }`)
    const started = performance.now()
    const { errors } = await send(`{ film(id: 1) { ...F0 } } ${levels} fragment F40 on Film { id }`)
    expect(errors?.[0]?.message).toContain('1000 fields')
    expect(performance.now() - started).toBeLessThan(500)
  })

  test.each([
    ['a variable', 'query ($id: ID!) { film(id: $id) { id } }', { id: 'a\0b' }, '$id'],
    ['a list in a variable', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ['a', '\0'] }, '$ids.1'],
    ['an argument', String.raw`{ film(id: "a\u0000b") { id } }`, {}, 'id'],
    ['a default', String.raw`query ($id: ID! = "\u0000") { film(id: $id) { id } }`, {}, '$id'],
  ])('a NUL byte in %s is refused by its name', async (_what, query, variables, field) => {
    const { errors } = await send(query, variables)
    expect(errors).toMatchObject([
      { message: `${field} must not hold a NUL byte`, extensions: { code: 'BAD_USER_INPUT', field } },
    ])
  })

  test('a document with two operations is refused, so that neither is run for the other', async () => {
    const { errors } = await send('query A { extra } query B { slow }')
    expect(errors).toBeDefined()
  })

  test('a syntax tree in place of a text is refused', async () => {
    const tree = {
      kind: 'Document',
      definitions: [
        {
          kind: 'OperationDefinition',
          operation: 'query',
          selectionSet: {
            kind: 'SelectionSet',
            selections: [{ kind: 'Field', name: { kind: 'Name', value: 'extra' } }],
          },
        },
      ],
    }
    const { data } = await send(JSON.stringify(tree))
    expect(data).toBeUndefined()
  })
})

describe('subscriptions', () => {
  let app: FastifyInstance
  beforeAll(async () => {
    app = await build()
  })
  afterAll(() => app.close())

  test.each([
    ['too many tokens', `subscription { ${repeat(1000, () => 'heard')} }`, 'LIMIT_EXCEEDED'],
    ['too many aliases', `subscription { ${repeat(60, (index) => `a${index}: heard`)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown field', 'subscription { seen }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a page of pages by default',
      'subscription ($n: Int = 90) { films(first: $n) { films(first: $n) { nodes { id } } } }',
      'LIMIT_EXCEEDED',
    ],
    ['several root fields', 'subscription { heard other: heard }', 'GRAPHQL_VALIDATION_FAILED'],
    ['no subscription of ours', 'subscription { films { id } }', 'INTERNAL_SERVER_ERROR'],
    ['a NUL byte', String.raw`subscription { heard(text: "\u0000") }`, 'BAD_USER_INPUT'],
  ])('%s in a subscription is refused', async (_what, query, code) => {
    const { data, errors } = await overWebSocket(app)(query)
    expect(data).toBeUndefined()
    expect(errors?.[0]?.extensions?.code).toContain(code)
  })

  test('a subscription that comes by HTTP is told where to go', async () => {
    const { data, errors } = await overHttp(app)('subscription { heard }')
    expect(data).toBeUndefined()
    expect(errors?.[0]?.message).toContain('WebSocket')
  })

  test('a subscription within the limits hears what is published', async () => {
    expect(await overWebSocket(app)('subscription { heard }')).toEqual({ data: { heard: 'hello' } })
  })
})

test.each(['"50"', '50'])(
  '@cost(weight: %s) of a field counts, written as a text or as composition prints it',
  (weight) => {
    const type = weight.startsWith('"') ? 'String' : 'Int'
    const priced = buildSchema(
      `directive @cost(weight: ${type}!) on FIELD_DEFINITION type Query { dear: Int @cost(weight: ${weight}) cheap: Int }`,
    )
    expect(documentCost(priced, parse('{ dear cheap a: dear }'), {})).toBe(100)
  },
)

import { once } from 'node:events'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { EventStream } from './event-stream.ts'
import type { WebSocketBounds } from './graphql-websocket.ts'
import { registerSubgraph } from './graphql.ts'
import { identityOf } from './identity.ts'
import { buildServer } from './server.ts'
import { testConfig, testSchema } from './testing/apps.ts'
import { openSocket, type TestSocket } from './testing/websocket-client.ts'

const schema = `${testSchema} type Subscription { heard: String slowly: String }`
let app: FastifyInstance
const streams = new Set<EventStream<object>>()
let release: () => void = () => {}
let onStreamEnd: () => void = () => {}
let onGivenUp: () => void = () => {}

interface Context {
  readonly userId: string | null
  readonly signal: AbortSignal
}

async function start(bounds: Partial<WebSocketBounds> = {}, env: Record<string, string> = {}): Promise<void> {
  const config = testConfig(env)
  app = await buildServer({ name: 'test', config })
  await registerSubgraph(app, {
    schema,
    config,
    webSocketBounds: bounds,
    context: (request): Omit<Context, 'signal'> => ({ userId: identityOf(request, config).userId }),
    resolvers: {
      Query: {
        extra: (_root: unknown, _args: unknown, { userId }: Context) => userId,
        slow: (_root: unknown, _args: unknown, { signal }: Context) => {
          signal.addEventListener('abort', () => onGivenUp())
          return new Promise((resolve) => (release = () => resolve('at last')))
        },
      },
    } as never,
    subscriptions: {
      heard() {
        const events = new EventStream<object>(() => {
          streams.delete(events)
          onStreamEnd()
        })
        streams.add(events)
        return events
      },
      slowly: () => new EventStream(),
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
}

afterEach(async () => {
  streams.clear()
  await app.close()
})

const subscribe = (id: string, query: string): object => ({ id, type: 'subscribe', payload: { query } })
const publish = (heard: string): void => streams.forEach((events) => events.push({ heard }))

/** Resolves once what a socket sent before has been looked at. */
async function settled(socket: TestSocket): Promise<void> {
  socket.send({ type: 'ping' })
  expect((await socket.receive()).type).toBe('pong')
}

test('every subscriber hears every event until it has enough, and its source ends at once', async () => {
  await start()
  using one = await openSocket(app)
  using other = await openSocket(app)
  one.send(subscribe('a', 'subscription { heard }'))
  other.send(subscribe('b', 'subscription { said: heard }'))
  await Promise.all([settled(one), settled(other)])
  publish('hello')
  expect(await one.receive()).toEqual({ id: 'a', type: 'next', payload: { data: { heard: 'hello' } } })
  expect(await other.receive()).toEqual({ id: 'b', type: 'next', payload: { data: { said: 'hello' } } })
  expect(streams.size).toBe(2)
  one.send({ id: 'a', type: 'complete' })
  await settled(one)
  expect(streams.size).toBe(1)
})

test('a connection that breaks ends its subscriptions', async () => {
  await start()
  const socket = await openSocket(app)
  socket.send(subscribe('a', 'subscription { heard }'))
  await settled(socket)
  const ended = new Promise<void>((resolve) => (onStreamEnd = resolve))
  socket[Symbol.dispose]()
  await ended
  expect(streams.size).toBe(0)
})

test.each(['a `complete`', 'the end of the connection'])(
  '%s gives up what a query waits for, and nothing of it is told',
  async (end) => {
    await start()
    using socket = await openSocket(app)
    const givenUp = new Promise<void>((resolve) => (onGivenUp = resolve))
    const running = new Promise<void>((resolve) => app.graphql.addHook('preExecution', async () => resolve()))
    socket.send(subscribe('a', '{ slow }'))
    await running
    if (end === 'a `complete`') socket.send({ id: 'a', type: 'complete' })
    else socket[Symbol.dispose]()
    await givenUp
    release()
    if (end !== 'a `complete`') return
    socket.send(subscribe('b', '{ extra }'))
    expect(await socket.receive()).toMatchObject({ id: 'b', type: 'next' })
  },
)

test('who asks is who opened the connection: a client cannot add to its headers', async () => {
  await start()
  const headers = { 'x-edge-secret': 'development-edge-secret' }
  using guest = await openSocket(app, {
    headers,
    init: { 'x-authenticated-userid': '7', headers: { 'x-authenticated-userid': '7' } },
  })
  guest.send(subscribe('a', '{ extra }'))
  expect(await guest.receive()).toMatchObject({ type: 'next', payload: { data: { extra: null } } })
  using viewer = await openSocket(app, { headers: { ...headers, 'x-authenticated-userid': '7' } })
  viewer.send(subscribe('a', '{ extra }'))
  expect(await viewer.receive()).toMatchObject({ type: 'next', payload: { data: { extra: '7' } } })
})

test('operations of one connection are limited, and one that ended makes room', async () => {
  await start({ operations: 2 })
  using socket = await openSocket(app)
  for (const id of ['a', 'b', 'c']) socket.send(subscribe(id, 'subscription { heard }'))
  expect(await socket.receive()).toMatchObject({
    id: 'c',
    type: 'error',
    payload: [{ message: 'The limit is 2 operations at once', extensions: { code: 'LIMIT_EXCEEDED' } }],
  })
  socket.send({ id: 'a', type: 'complete' })
  socket.send(subscribe('d', '{ extra }'))
  expect(await socket.receive()).toMatchObject({ id: 'd', type: 'next' })
})

test('connections of one process are limited', async () => {
  await start({ connections: 1 })
  using socket = await openSocket(app)
  using second = await openSocket(app, { init: false })
  expect(await second.closed).toMatchObject({ code: 1013 })
  await settled(socket)
})

test.each([
  ['a message that is too long', 'x'.repeat(70_000), 1009],
  ['a message that is no JSON', '{', 4400],
  ['a message of an unknown kind', { type: 'destroy' }, 4400],
  ['a second introduction', { type: 'connection_init' }, 4429],
])('%s closes the connection', async (_what, message, code) => {
  await start()
  using socket = await openSocket(app)
  socket.send(message)
  expect(await socket.closed).toMatchObject({ code })
})

test('who does not introduce itself is not served', async () => {
  await start({ initTimeoutMs: 50 })
  using silent = await openSocket(app, { init: false })
  expect(await silent.closed).toMatchObject({ code: 4408 })
  using hasty = await openSocket(app, { init: false })
  hasty.send(subscribe('a', '{ extra }'))
  expect(await hasty.closed).toMatchObject({ code: 4401 })
})

test('another protocol is refused', async () => {
  await start()
  const socket = new WebSocket(`${app.listeningOrigin.replace('http', 'ws')}/graphql`, 'graphql-ws')
  const code = await new Promise((resolve) => {
    socket.addEventListener('close', (event) => resolve(event.code))
  })
  expect(code).toBe(4406)
})

test('_entities and _service stay closed to clients', async () => {
  await start()
  using socket = await openSocket(app)
  socket.send(subscribe('a', '{ _service { sdl } }'))
  expect(await socket.receive()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] })
})

test('in production neither introspection nor suggestions tell the schema', async () => {
  await start({}, { NODE_ENV: 'production', EDGE_SECRET: 'edge-edge', SERVICE_SECRET: 'service-service' })
  using socket = await openSocket(app)
  for (const query of ['{ __schema { types { name } } }', '{ extr }', 'subscription { hear }']) {
    socket.send(subscribe('a', query))
    const { type, payload } = await socket.receive()
    expect([type, JSON.stringify(payload)]).toEqual(['error', expect.stringContaining('GRAPHQL_VALIDATION_FAILED')])
    expect(JSON.stringify(payload)).not.toContain('Did you mean')
  }
})

test('a closing server answers what runs, then says that it is going away', async () => {
  await start()
  using socket = await openSocket(app)
  socket.send(subscribe('s', 'subscription { heard }'))
  socket.send(subscribe('q', '{ slow }'))
  await settled(socket)
  const ended = new Promise<void>((resolve) => (onStreamEnd = resolve))
  const closing = app.close()
  release()
  expect(await socket.receive()).toMatchObject({ id: 'q', payload: { data: { slow: 'at last' } } })
  expect(await socket.receive()).toMatchObject({ id: 'q', type: 'complete' })
  expect(await socket.closed).toEqual({ code: 1001, reason: 'The server is going away' })
  await Promise.all([closing, ended])
})

test('a peer that does not answer pings is cut off', async () => {
  await start({ keepAliveMs: 30 })
  const { hostname, port } = new URL(app.listeningOrigin)
  const socket = connect(Number(port), hostname)
  const upgrade = ['GET /graphql HTTP/1.1', `Host: ${hostname}`, 'Upgrade: websocket', 'Connection: Upgrade']
  const protocol = [
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  ]
  socket.write([...upgrade, ...protocol, '', ''].join('\r\n'))
  socket.resume()
  await expect(once(socket, 'close')).resolves.toBeDefined()
})

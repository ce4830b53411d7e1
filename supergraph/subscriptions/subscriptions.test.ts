import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSocket } from '@movieverse/service/testing/websocket-client.ts'
import { signedIn } from '../scopes/fixtures.ts'
import { startSubscribedSupergraph, type SubscribedSupergraph } from './fixtures.ts'
import { createEventSources } from './event-sources.ts'

let supergraph: SubscribedSupergraph
beforeEach(async () => {
  supergraph = await startSubscribedSupergraph()
})
afterEach(async () => supergraph[Symbol.asyncDispose]())

const subscribe = (query: string, variables?: object, id = 's'): object => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
})

test('events are joined with what other subgraphs know of their entities, under the client’s names', async () => {
  using socket = await openSocket(supergraph.app)
  socket.send(
    subscribe(
      'subscription($k: String) { change: filmChanged(kind: $k) { kind movie: film { name: title director ...F } } } fragment F on Film { id }',
      { k: 'new' },
    ),
  )
  await supergraph.subscribers(1)
  supergraph.publish('old', '1')
  for (const id of ['2', '3']) {
    supergraph.publish('new', id)
    expect(await socket.receive()).toEqual({
      id: 's',
      type: 'next',
      payload: { data: { change: { kind: 'new', movie: { name: `Film ${id}`, director: 'Asha', id } } } },
    })
  }
  expect(supergraph.films.calls).toHaveLength(2)
})

test('an event that needs nothing more is told without another request', async () => {
  using socket = await openSocket(supergraph.app)
  socket.send(subscribe('subscription { filmChanged { kind film { id } } }'))
  await supergraph.subscribers(1)
  supergraph.publish('new', '7')
  expect(await socket.receive()).toMatchObject({
    payload: { data: { filmChanged: { kind: 'new', film: { id: '7' } } } },
  })
  expect(supergraph.films.calls).toHaveLength(0)
})

test('an event whose join fails is told with the rest and one error, and the next one whole', async () => {
  using socket = await openSocket(supergraph.app)
  socket.send(subscribe('subscription { filmChanged { kind film { title } } }'))
  await supergraph.subscribers(1)
  supergraph.films.fault = (_request, response) => response.end('<html>')
  supergraph.publish('new', '1')
  expect(await socket.receive()).toMatchObject({
    type: 'next',
    payload: {
      data: { filmChanged: { kind: 'new', film: { title: null } } },
      errors: [
        { path: ['filmChanged', 'film', 'title'], extensions: { code: 'SUBGRAPH_INVALID_RESPONSE', service: 'films' } },
      ],
    },
  })
  supergraph.films.fault = undefined
  supergraph.publish('new', '2')
  const { payload } = await socket.receive()
  expect(payload).toEqual({ data: { filmChanged: { kind: 'new', film: { title: 'Film 2' } } } })
})

test('who has heard enough is no longer told, and the subgraph neither', async () => {
  using socket = await openSocket(supergraph.app)
  socket.send(subscribe('subscription { filmChanged { kind } }'))
  await supergraph.subscribers(1)
  socket.send({ id: 's', type: 'complete' })
  await supergraph.subscribers(0)
  const gone = await openSocket(supergraph.app)
  gone.send(subscribe('subscription { filmChanged { kind } }'))
  await supergraph.subscribers(1)
  gone[Symbol.dispose]()
  await expect(supergraph.subscribers(0)).resolves.toBeUndefined()
})

test('a refusal of the subgraph is the client’s, with its code', async () => {
  using socket = await openSocket(supergraph.app)
  socket.send(subscribe('subscription { filmChanged(kind: "none") { kind } }'))
  expect(await socket.receive()).toMatchObject({
    type: 'error',
    payload: [
      { message: 'kind is not known', extensions: { code: 'BAD_USER_INPUT', field: 'kind', service: 'ticker' } },
    ],
  })
})

test('a subgraph that goes away ends its subscriptions with an error that names it and no address', async () => {
  using socket = await openSocket(supergraph.app)
  socket.send(subscribe('subscription { filmChanged { kind } }'))
  await supergraph.subscribers(1)
  await supergraph.ticker.close()
  const lost = await socket.receive()
  expect(lost).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'ticker' } }],
  })
  expect(JSON.stringify(lost)).not.toMatch(/127|ECONN|http/)
  socket.send(subscribe('subscription { filmChanged { kind } }', {}, 'again'))
  expect(await socket.receive()).toMatchObject({
    id: 'again',
    type: 'error',
    payload: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  })
})

test('a subgraph that takes a connection and says nothing is given up in time', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  // `as`: a server that listens on a port has no other kind of address.
  const { port } = silent.address() as AddressInfo
  const sources = createEventSources({
    urls: new Map([['ticker', [`http://127.0.0.1:${port}/graphql`]]]),
    timeoutMs: 100,
  })
  const events = sources.subscribe('ticker', { query: 'subscription { filmChanged { kind } }', variables: {} }, {})
  await expect(events.next()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  await sources.close()
  silent.close()
})

test('what needs a sign-in is refused, or left out of the events', async () => {
  using guest = await openSocket(supergraph.app)
  guest.send(subscribe('subscription { secretChanged { kind } }'))
  expect(await guest.receive()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  guest.send(subscribe('subscription { filmChanged { kind film { title notes } } }', {}, 'open'))
  await supergraph.subscribers(1)
  supergraph.publish('new', '1')
  expect(await guest.receive()).toMatchObject({
    payload: {
      data: { filmChanged: { kind: 'new', film: { title: 'Film 1', notes: null } } },
      errors: [{ path: ['filmChanged', 'film', 'notes'], extensions: { code: 'UNAUTHENTICATED' } }],
    },
  })
  expect(supergraph.films.calls.at(-1)?.body).not.toContain('notes')
  using viewer = await openSocket(supergraph.app, { headers: signedIn('') })
  viewer.send(subscribe('subscription { secretChanged { film { notes } } }'))
  await supergraph.subscribers(2)
  supergraph.publish('new', '1')
  expect(await viewer.receive()).toMatchObject({ payload: { data: { secretChanged: { film: { notes: 'draft' } } } } })
  expect(supergraph.films.calls.some(({ headers }) => headers['x-authenticated-userid'] === '7')).toBe(true)
})

test('a supergraph that stops tells its subscribers that it goes, and hangs up on the subgraph', async () => {
  const socket = await openSocket(supergraph.app)
  socket.send(subscribe('subscription { filmChanged { kind } }'))
  await supergraph.subscribers(1)
  const stopping = supergraph.app.close()
  expect(await socket.closed).toEqual({ code: 1001, reason: 'The server is going away' })
  await Promise.all([stopping, supergraph.subscribers(0)])
})

test('subscriptions of one connection are limited', async () => {
  using socket = await openSocket(supergraph.app)
  for (let count = 0; count <= 20; count += 1)
    socket.send(subscribe('subscription { filmChanged { kind } }', {}, `s${count}`))
  expect(await socket.receive()).toMatchObject({
    id: 's20',
    type: 'error',
    payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
  })
  await supergraph.subscribers(20)
})

test('a query whose client completes it early takes its request to the subgraph with it', async () => {
  const patience = { SUBGRAPH_TIMEOUT_MS: '60000', SUBGRAPH_HEADERS_TIMEOUT_MS: '60000' }
  await using patient = await startSubscribedSupergraph(patience)
  using socket = await openSocket(patient.app)
  const received = Promise.withResolvers<IncomingMessage>()
  patient.films.fault = (request) => received.resolve(request)
  socket.send(subscribe('{ films { title } }', {}, 'q'))
  const request = await received.promise
  const closed = new Promise((resolve) => request.socket.once('close', resolve))
  socket.send({ id: 'q', type: 'complete' })
  await closed
  patient.films.fault = undefined
  // The connection goes on, and of the first query nothing is told.
  socket.send(subscribe('{ films { title } }', {}, 'again'))
  expect(await socket.receive()).toMatchObject({ id: 'again', type: 'next', payload: { data: { films: null } } })
})

test('each event has the time of an operation, however long the subscription lives', async () => {
  await using hurried = await startSubscribedSupergraph({ OPERATION_TIMEOUT_MS: '200' })
  using socket = await openSocket(hurried.app)
  socket.send(subscribe('subscription { filmChanged { kind film { title } } }'))
  await hurried.subscribers(1)
  hurried.films.answersAfterMs = 1000
  for (const id of ['1', '2']) {
    const began = performance.now()
    hurried.publish('new', id)
    expect(await socket.receive()).toMatchObject({
      payload: {
        data: { filmChanged: { kind: 'new', film: { title: null } } },
        errors: [
          { path: ['filmChanged', 'film', 'title'], extensions: { code: 'SUBGRAPH_TIMEOUT', service: 'films' } },
        ],
      },
    })
    expect(performance.now() - began).toBeLessThan(900)
  }
  hurried.films.answersAfterMs = 0
  hurried.publish('new', '3')
  expect((await socket.receive()).payload).toEqual({
    data: { filmChanged: { kind: 'new', film: { title: 'Film 3' } } },
  })
})

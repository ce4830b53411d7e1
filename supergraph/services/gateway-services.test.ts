import type { IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import { addMetrics } from '@movieverse/service/metrics.ts'
import fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, test, vi } from 'vitest'
import { readSupergraphConfig } from '../config.ts'
import { startHttpSubgraph, type Fault, type HttpSubgraph } from '../fixtures/http-subgraph.ts'
import { createLocalSubgraph } from '../fixtures/local-subgraph.ts'
import { callPolicyOf, type CallPolicy } from './call-policy.ts'
import { registerGateway, type GatewayServices } from './gateway-services.ts'
import type { SubgraphAddress, SubgraphUrls } from './subgraph-addresses.ts'

// The contract with @mercuriusjs/gateway, whose sendRequest and agent are not documented: what we rely on is held here.

const query = '{"query":"{ hello }"}'

interface Gateway extends GatewayServices, AsyncDisposable {
  readonly app: FastifyInstance
}

/** A gateway over one service, named `one`. */
async function gatewayTo(urls: SubgraphUrls, changes: Partial<CallPolicy> = {}): Promise<Gateway> {
  const app = fastify()
  await addMetrics(app, { service: 'supergraph', region: '' })
  const policy = { ...callPolicyOf(readSupergraphConfig({ SUBGRAPH_TIMEOUT_MS: '500' })), ...changes }
  const { call, replace } = await registerGateway(app, {}, [{ name: 'one', urls }], policy)
  await app.ready()
  return { app, call, replace, [Symbol.asyncDispose]: () => app.close() }
}

const startOne = async (fault?: Fault): Promise<HttpSubgraph> => {
  const subgraph = await startHttpSubgraph(
    createLocalSubgraph('one', 'type Query { hello: String }', { Query: { hello: () => 'world' } }),
  )
  subgraph.fault = fault
  return subgraph
}

async function called(fault: Fault | undefined, body = query): Promise<{ answer: unknown; subgraph: HttpSubgraph }> {
  await using subgraph = await startOne(fault)
  await using gateway = await gatewayTo([subgraph.url], { maxAnswerBytes: 10_000 })
  const answer = await gateway.call('one', body, { 'x-own': 'yes' }).catch((error: unknown) => error)
  return { answer, subgraph }
}

const answering =
  (text: string, status = 200): Fault =>
  (_request, response) => {
    response.statusCode = status
    response.end(text)
  }

const world = { data: { hello: 'world' }, errors: [] }

test('a service gets our body and headers and how long we wait, and its answer comes back as it is', async () => {
  const { answer, subgraph } = await called(undefined)
  expect(answer).toEqual(world)
  expect(subgraph.calls).toMatchObject([
    { body: query, headers: { 'x-own': 'yes', 'content-type': 'application/json' } },
  ])
  const left = Number(subgraph.calls[0]?.headers['x-request-deadline-ms'])
  expect(left).toBeGreaterThan(300)
  expect(left).toBeLessThanOrEqual(500)
})

test('an answer of data alone comes as its bytes where that is wanted, any other parsed', async () => {
  await using subgraph = await startOne()
  await using gateway = await gatewayTo([subgraph.url])
  const ask = async (): Promise<unknown> => gateway.call('one', query, {}, { wantsBytes: true })
  expect(await ask()).toEqual({ bytes: Buffer.from('{"data":{"hello":"world"}}'), data: undefined, errors: [] })
  const partial = { data: { hello: null }, errors: [{ message: 'no' }] }
  subgraph.fault = answering(JSON.stringify(partial))
  expect(await ask()).toEqual(partial)
})

test('an answer that a service compressed, though nobody asked it to, is read all the same', async () => {
  const compressed: Fault = (_request, response) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync('{"data":{"hello":"world"}}'))
  }
  expect((await called(compressed)).answer).toEqual(world)
})

test('a client that goes takes its request along, and the service is asked again as if nothing had been', async () => {
  let isOver = false
  await using subgraph = await startOne((request, response) => {
    if (isOver) answering('{"data":{"hello":"world"}}')(request, response)
  })
  await using gateway = await gatewayTo([subgraph.url])
  const gone = new AbortController()
  const call = gateway.call('one', query, {}, { signal: gone.signal })
  gone.abort()
  await expect(call).rejects.toMatchObject({ kind: 'cancelled' })
  isOver = true
  expect(await gateway.call('one', query, {})).toEqual(world)
})

test('errors come with the data that they left, and without', async () => {
  const errors = [{ message: 'no', path: ['hello'] }]
  expect((await called(answering(JSON.stringify({ data: { hello: null }, errors })))).answer).toEqual({
    data: { hello: null },
    errors,
  })
  expect((await called(answering(JSON.stringify({ data: null, errors })))).answer).toEqual({ data: undefined, errors })
  expect((await called(answering(JSON.stringify({ errors }), 400))).answer).toEqual({ data: undefined, errors })
})

test.each([
  ['SUBGRAPH_INVALID_RESPONSE', answering('<html>')],
  ['SUBGRAPH_INVALID_RESPONSE', answering('[]')],
  ['SUBGRAPH_INVALID_RESPONSE', answering('{}')],
  ['SUBGRAPH_INVALID_RESPONSE', answering('null')],
  ['SUBGRAPH_INVALID_RESPONSE', answering('{"errors":"many"}')],
  ['SUBGRAPH_INVALID_RESPONSE', answering(`{"data":"${'x'.repeat(10_000)}"}`)],
  ['SUBGRAPH_UNAVAILABLE', answering('{"error":{"code":"SERVICE_UNAVAILABLE"}}', 503)],
  ['SUBGRAPH_UNAVAILABLE', answering('', 500)],
  ['SUBGRAPH_UNAVAILABLE', ({ socket }) => socket.destroy()],
  ['SUBGRAPH_TIMEOUT', () => {}],
  ['SUBGRAPH_TIMEOUT', (_request, response) => response.write('{"data":')],
] as Array<[string, Fault]>)('a call that fails is a %s that names the service and no address', async (code, fault) => {
  const { answer } = await called(fault)
  expect(answer).toMatchObject({ code, details: { service: 'one' } })
  expect(String(answer)).not.toMatch(/127|http|ECONN/)
})

const onlyOnce = (fault: Fault): Fault => {
  let isOver = false
  return (request, response) => {
    if (isOver) return answering(JSON.stringify({ data: { hello: 'world' } }))(request, response)
    isOver = true
    fault(request, response)
  }
}

test.each([
  ['breaks', ({ socket }) => socket.destroy()],
  ['fails', answering('', 503)],
] as Array<[string, Fault]>)('a query whose request %s is sent once more, a mutation is not', async (_name, fault) => {
  const asked = await called(onlyOnce(fault))
  expect([asked.answer, asked.subgraph.calls.length]).toEqual([world, 2])
  const changed = await called(onlyOnce(fault), '{"query":"mutation { hello }"}')
  expect(changed.answer).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  expect(changed.subgraph.calls).toHaveLength(1)
})

test('an address that nobody listens at is SUBGRAPH_UNAVAILABLE, and starting does not need it', async () => {
  await using gateway = await gatewayTo(['http://127.0.0.1:1/graphql'])
  await expect(gateway.call('one', '{}', {})).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  await expect(gateway.call('two', '{}', {})).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
})

test('a client that hangs up takes its request with it', async () => {
  const received = Promise.withResolvers<IncomingMessage>()
  await using subgraph = await startOne((request) => received.resolve(request))
  await using gateway = await gatewayTo([subgraph.url], { timeoutMs: 60_000, headersTimeoutMs: 60_000 })
  const client = new AbortController()
  const answer = gateway.call('one', query, {}, { signal: client.signal })
  const { socket } = await received.promise
  const closed = new Promise((resolve) => socket.once('close', resolve))
  client.abort()
  await expect(answer).rejects.toMatchObject({ kind: 'cancelled' })
  await closed
})

test('an operation’s deadline ends its calls', async () => {
  await using subgraph = await startOne(() => {})
  await using gateway = await gatewayTo([subgraph.url], { timeoutMs: 60_000, headersTimeoutMs: 60_000 })
  const deadline = performance.now() + 100
  await expect(gateway.call('one', query, {}, { deadline })).rejects.toMatchObject({
    kind: 'late',
    code: 'SUBGRAPH_TIMEOUT',
  })
})

test('of several URLs the live ones take turns, and a dead one costs no answer, not even a mutation’s', async () => {
  await using first = await startOne()
  await using second = await startOne()
  await using gateway = await gatewayTo([first.url, 'http://127.0.0.1:1/graphql', second.url])
  for (let count = 0; count < 20; count += 1) {
    expect(await gateway.call('one', count % 2 ? query : '{"query":"mutation { hello }"}', {})).toMatchObject({})
  }
  const counts = [first.calls.length, second.calls.length]
  expect(first.calls.length + second.calls.length).toBe(20)
  expect(Math.min(...counts)).toBeGreaterThan(5)
  const metrics = await gateway.app.inject('/metrics')
  expect(metrics.body).toMatch(/movieverse_subgraph_url_failovers_total\{service="one",[^}]*\} 1\n/)
})

test('of several URLs the one that closes its connections, as services do that drain, is left alone for a while', async () => {
  await using staying = await startOne()
  await using leaving = await startOne((_request, response) => {
    response.setHeader('connection', 'close')
    response.end('{"data":{"hello":"world"}}')
  })
  await using gateway = await gatewayTo([leaving.url, staying.url])
  for (let count = 0; count < 4; count += 1) expect(await gateway.call('one', query, {})).toEqual(world)
  expect([leaving.calls.length, staying.calls.length]).toEqual([1, 3])
})

test('a service that is gone is not asked after ten failures, and the metrics say so', async () => {
  await using gateway = await gatewayTo(['http://127.0.0.1:1/graphql'])
  for (let count = 0; count < 10; count += 1) await gateway.call('one', query, {}).catch(() => {})
  const { body } = await gateway.app.inject('/metrics')
  expect(body).toMatch(/movieverse_subgraph_breaker_state\{service="one",[^}]*\} 2\n/)
  expect(body).toMatch(/movieverse_subgraph_retries_total\{service="one",[^}]*\} [45]\n/)
  expect(body).toMatch(
    /movieverse_subgraph_request_duration_seconds_count\{[^}]*service="one",outcome="unreachable"\} 10\n/,
  )
})

describe('services at run time', () => {
  const breakers = async ({ app }: Gateway): Promise<string[]> => {
    const { body } = await app.inject('/metrics')
    return [...body.matchAll(/movieverse_subgraph_breaker_state{service="(\w+)".*} (\d)/g)].map(
      ([, name, state]) => `${name} ${state}`,
    )
  }
  const named = (name: string, { url }: HttpSubgraph): SubgraphAddress => ({ name, urls: [url] })

  test('one that is added is called, under the same policy, and counted', async () => {
    await using one = await startOne()
    await using two = await startOne()
    await using gateway = await gatewayTo([one.url])
    await expect(gateway.call('two', query, {})).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    await gateway.replace([named('one', one), named('two', two)])
    expect(await gateway.call('two', query, { 'x-own': 'yes' })).toEqual(world)
    expect(two.calls[0]?.headers).toMatchObject({ 'x-own': 'yes', 'x-request-deadline-ms': expect.any(String) })
    two.fault = (request) => request.socket.destroy()
    for (let count = 0; count < 10; count += 1) await gateway.call('two', query, {}).catch(() => {})
    expect(await breakers(gateway)).toEqual(['one 0', 'two 2'])
  })

  test('one that stays keeps its breaker, one that moves is asked at its new place at once', async () => {
    await using one = await startOne()
    await using two = await startOne()
    await using elsewhere = await startOne()
    await using gateway = await gatewayTo(['http://127.0.0.1:1/graphql'])
    const nowhere: SubgraphAddress = { name: 'one', urls: ['http://127.0.0.1:1/graphql'] }
    for (let count = 0; count < 10; count += 1) await gateway.call('one', query, {}).catch(() => {})
    await gateway.replace([nowhere, named('two', two)])
    expect(await breakers(gateway)).toEqual(['one 2', 'two 0'])
    await gateway.replace([named('one', one), named('two', elsewhere)])
    expect(await gateway.call('one', query, {})).toEqual(world)
    expect(await gateway.call('two', query, {})).toEqual(world)
    expect([one.calls.length, two.calls.length, elsewhere.calls.length]).toEqual([1, 0, 1])
  })

  test('one that goes answers the calls that run, and is gone when no call can run any more', async () => {
    await using one = await startOne()
    let finish: () => void = () => {}
    await using two = await startOne()
    await using gateway = await gatewayTo([one.url])
    const asked = Promise.withResolvers<void>()
    one.fault = (_request, response) => {
      finish = () => response.end('{"data":{"hello":"world"}}')
      asked.resolve()
    }
    const running = gateway.call('one', query, {})
    await asked.promise
    await gateway.replace([named('two', two)])
    finish()
    expect(await running).toEqual(world)
    await vi.waitUntil(async () => (await breakers(gateway)).join() === 'two 0', { timeout: 3000 })
    await expect(gateway.call('one', query, {})).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  })

  test('one that goes and is back before that stays', async () => {
    await using one = await startOne()
    await using two = await startOne()
    await using gateway = await gatewayTo([one.url])
    await gateway.replace([named('two', two)])
    await gateway.replace([named('one', one), named('two', two)])
    await gateway.replace([named('one', one)])
    await vi.waitUntil(async () => (await breakers(gateway)).join() === 'one 0', { timeout: 3000 })
    expect(await gateway.call('one', query, {})).toEqual(world)
  })
})

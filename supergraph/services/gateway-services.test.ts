import fastify from 'fastify'
import { expect, test } from 'vitest'
import { startHttpSubgraph, type Fault } from '../fixtures/http-subgraph.ts'
import { createLocalSubgraph } from '../fixtures/local-subgraph.ts'
import { registerGateway } from './gateway-services.ts'

// The contract with @mercuriusjs/gateway, whose sendRequest and agent are not documented: what we rely on is held here.

async function called(
  fault: Fault | undefined,
  body = '{"query":"{ hello }"}',
): Promise<{ answer: unknown; received: unknown }> {
  await using subgraph = await startHttpSubgraph(
    createLocalSubgraph('one', 'type Query { hello: String }', { Query: { hello: () => 'world' } }),
  )
  subgraph.fault = fault
  const app = fastify()
  const call = await registerGateway(app, {}, [subgraph], { timeoutMs: 1000, connectTimeoutMs: 1000 })
  await app.ready()
  try {
    const answer = await call('one', body, { 'x-own': 'yes' }).catch((error: unknown) => error)
    return { answer, received: subgraph.calls[0] }
  } finally {
    await app.close()
  }
}

const answering =
  (text: string, status = 200): Fault =>
  (_request, response) => {
    response.statusCode = status
    response.end(text)
  }

test('a service gets our body and headers, and its answer comes back as it is', async () => {
  const { answer, received } = await called(undefined)
  expect(answer).toEqual({ data: { hello: 'world' }, errors: [] })
  expect(received).toMatchObject({
    body: '{"query":"{ hello }"}',
    headers: { 'x-own': 'yes', 'content-type': 'application/json' },
  })
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
  ['SUBGRAPH_UNAVAILABLE', answering('{"error":{"code":"SERVICE_UNAVAILABLE"}}', 503)],
  ['SUBGRAPH_UNAVAILABLE', ({ socket }) => socket.destroy()],
  ['SUBGRAPH_TIMEOUT', () => {}],
  ['SUBGRAPH_TIMEOUT', (_request, response) => response.write('{"data":')],
] as Array<[string, Fault]>)('a call that fails is a %s that names the service and no address', async (code, fault) => {
  const { answer } = await called(fault)
  expect(answer).toMatchObject({ code, details: { service: 'one' } })
  expect(String(answer)).not.toMatch(/127|http|ECONN/)
})

test('an address that nobody listens at is SUBGRAPH_UNAVAILABLE, and starting does not need it', async () => {
  const app = fastify()
  const call = await registerGateway(app, {}, [{ name: 'one', url: 'http://127.0.0.1:1/graphql' }], {
    timeoutMs: 500,
    connectTimeoutMs: 500,
  })
  await app.ready()
  await expect(call('one', '{}', {})).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  await app.close()
})

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { addMetrics } from '@movieverse/service/metrics.ts'
import fastify from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSupergraphConfig } from '../config.ts'
import { startHttpSubgraph } from '../fixtures/http-subgraph.ts'
import { createLocalSubgraph } from '../fixtures/local-subgraph.ts'
import { callPolicyOf } from './call-policy.ts'
import { registerGateway, type GatewayServices } from './gateway-services.ts'
import type { SubgraphUrls } from './subgraph-addresses.ts'

// A process that is stopped accepts nothing; once the few places of its queue are taken, connecting to it hangs.

/** As by default; undici's clock for it ticks once a second. */
const connectTimeoutMs = 1000
const listening = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
  process.send(this.address().port)
})`

let stopped: ChildProcess
let url: string
const queued: Socket[] = []

beforeAll(async () => {
  stopped = spawn(process.execPath, ['-e', listening], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [port] = (await once(stopped, 'message')) as [number] // what the program above sends
  url = `http://127.0.0.1:${port}/graphql`
  stopped.kill('SIGSTOP')
  let isConnected = true
  while (isConnected) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    queued.push(socket)
    isConnected = await Promise.race([once(socket, 'connect').then(() => true), wait(200, false)])
  }
})
afterAll(() => {
  for (const socket of queued) socket.destroy()
  stopped.kill('SIGKILL')
})

async function gatewayTo(urls: SubgraphUrls): Promise<GatewayServices & AsyncDisposable> {
  const app = fastify()
  await addMetrics(app, { service: 'supergraph', region: '' })
  const policy = {
    ...callPolicyOf(readSupergraphConfig({})),
    connectTimeoutMs,
    timeoutMs: 6000,
    headersTimeoutMs: 5000,
  }
  const services = await registerGateway(app, {}, [{ name: 'one', urls }], policy)
  await app.ready()
  return { ...services, [Symbol.asyncDispose]: () => app.close() }
}

const mutation = '{"query":"mutation { greet }"}'

test('a service that does not take connections is given up when the time for connecting is over', async () => {
  await using gateway = await gatewayTo([url])
  const began = performance.now()
  const failure: unknown = await gateway.call('one', mutation, {}).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', kind: 'unreachable' })
  expect(performance.now() - began).toBeGreaterThan(connectTimeoutMs * 0.9)
  expect(performance.now() - began).toBeLessThan(connectTimeoutMs * 3)
})

test('its next URL is asked then, a mutation too: nothing of it was sent', async () => {
  const resolvers = { Mutation: { greet: () => 'hello' } }
  await using other = await startHttpSubgraph(
    createLocalSubgraph('one', 'type Query { _: Boolean } type Mutation { greet: String }', resolvers),
  )
  await using gateway = await gatewayTo([url, other.url])
  const answers = [await gateway.call('one', mutation, {}), await gateway.call('one', mutation, {})]
  expect(answers.map(({ data }) => data)).toEqual([{ greet: 'hello' }, { greet: 'hello' }])
  expect(other.calls).toHaveLength(2)
})

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { Client } from 'graphql-ws'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { createSubscriptionClient } from './subscription-client.ts'

let server: WebSocketServer
let client: Client
/** The authorization that each connection brought. */
let brought: Array<string | undefined>
beforeEach(async () => {
  brought = []
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  // `as`: a server that listens on a port has no other kind of address.
  const { port } = server.address() as AddressInfo
  client = createSubscriptionClient({
    url: () => `ws://127.0.0.1:${port}`,
    start: () => ({ headers: { authorization: `Bearer ${brought.length + 1}` } }),
    timeoutMs: 200,
    onClosed: () => {},
  })
  // It welcomes a client; the first one it then forgets, and answers neither its messages nor its farewell.
  server.on('connection', (socket, request) => {
    brought.push(request.headers.authorization)
    const isForgotten = brought.length === 1
    socket.once('message', () => {
      socket.send('{"type":"connection_ack"}')
      if (isForgotten) return socket.pause()
      socket.on('message', (data: Buffer) => {
        const { id, type } = JSON.parse(data.toString())
        if (type === 'subscribe') socket.send(JSON.stringify({ id, type: 'next', payload: { data: { one: 1 } } }))
      })
    })
  })
})
afterEach(async () => {
  await client.dispose()
  for (const socket of server.clients) socket.terminate()
  server.close()
})

/** The first event, or why there is none. */
function firstEvent(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.subscribe({ query: 'subscription { one }' }, { next: resolve, error: reject, complete: () => resolve(null) })
  })
}

/** Leaves the connection without a subscription, so that it is closed. */
async function subscribeAndEnd(): Promise<void> {
  const connected = new Promise((resolve) => client.on('connected', resolve))
  const end = client.subscribe({ query: 'subscription { one }' }, { next() {}, error() {}, complete() {} })
  await connected
  end()
  await setImmediate()
}

test('a subscription that meets a connection in a farewell that nobody answers fails in time, and the next is served', async () => {
  await subscribeAndEnd()
  await expect(firstEvent()).rejects.toMatchObject({ code: 1006 })
  expect(await firstEvent()).toEqual({ data: { one: 1 } })
})

test('each connection brings the headers of its time', async () => {
  await subscribeAndEnd()
  await firstEvent().catch(() => {})
  await firstEvent()
  expect(brought).toEqual(['Bearer 1', 'Bearer 2'])
})

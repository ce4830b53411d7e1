import { once } from 'node:events'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exchangeOf, partsOf, pluginOf, refusalsOf } from '../testing/plugin-bench.ts'
import { fileLog } from './file-log.ts'
import { httpLog } from './http-log.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'movieverse-log-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function uris(file: string): Promise<string[]> {
  const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line).request.uri)
}

test('every exchange is one line of the file, in order, and closing waits for the last', async () => {
  const plugin = pluginOf(fileLog, { path: join(folder, 'file.log') })
  for (let number = 0; number < 100; number++) plugin.log?.(exchangeOf({ path: `/${number}` }))
  await plugin.close?.()
  expect(await uris('file.log')).toEqual(Array.from({ length: 100 }, (_, number) => `/${number}`))
})

test('a file that is moved away is made anew with reopen, and written on without', async () => {
  for (const [reopen, kept] of [
    [true, ['/a']],
    [false, ['/a', '/b']],
  ] as const) {
    const path = join(folder, `${reopen}.log`)
    const plugin = pluginOf(fileLog, { path, reopen })
    plugin.log?.(exchangeOf({ path: '/a' }))
    await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('/a')
    await rename(path, `${path}.1`)
    plugin.log?.(exchangeOf({ path: '/b' }))
    await plugin.close?.()
    expect(await uris(`${reopen}.log.1`)).toEqual(kept)
  }
})

test('a file that cannot be written is said, and costs no request', async () => {
  const edge = partsOf()
  const plugin = pluginOf(fileLog, { path: join(folder, 'none', 'file.log') }, edge)
  plugin.log?.(exchangeOf())
  await plugin.close?.()
  expect(edge.warnings).toEqual([`the log file ${join(folder, 'none', 'file.log')} cannot be written`])
  expect(refusalsOf(fileLog, { path: '/tmp/*' })).toEqual(['path: not a valid filename'])
})

async function startLogServer(failures = 0) {
  const received: Array<{ request: IncomingMessage; body: unknown }> = []
  let failing = failures
  const server = createServer((request, response) => {
    void (async () => {
      const body = (await request.toArray()).join('')
      if (failing-- > 0) return void response.writeHead(500).end()
      received.push({ request, body: JSON.parse(body) })
      response.end()
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  return {
    received,
    url: `http://user:pass@127.0.0.1:${port}/logs?a=1`,
    [Symbol.asyncDispose]: async () => void (server.closeAllConnections(), await once(server.close(), 'close')),
  }
}

test('every exchange is sent as one JSON object, in order, again after a failure', async () => {
  await using server = await startLogServer(2)
  const plugin = pluginOf(httpLog, { http_endpoint: server.url, headers: { 'X-Source': 'edge' } })
  for (const path of ['/a', '/b', '/c']) plugin.log?.(exchangeOf({ path }))
  await expect.poll(() => server.received.length).toBe(3)
  await plugin.close?.()
  expect(server.received.map(({ body }) => body)).toMatchObject(['/a', '/b', '/c'].map((uri) => ({ request: { uri } })))
  expect(server.received[0]?.request).toMatchObject({
    method: 'POST',
    url: '/logs?a=1',
    headers: { 'content-type': 'application/json', 'x-source': 'edge', authorization: 'Basic dXNlcjpwYXNz' },
  })
})

test('several entries go in one list where batches are longer, and closing sends what waits', async () => {
  await using server = await startLogServer()
  const plugin = pluginOf(httpLog, {
    http_endpoint: server.url,
    queue: { max_batch_size: 10, max_coalescing_delay: 60 },
  })
  for (const path of ['/a', '/b', '/c']) plugin.log?.(exchangeOf({ path }))
  await plugin.close?.()
  expect(server.received.map(({ body }) => body)).toMatchObject([[{}, {}, {}]])
})

test('a log server that is gone is given up after its time, said once for each batch, and costs no request', async () => {
  const edge = partsOf()
  const config = { http_endpoint: 'http://127.0.0.1:1/', queue: { max_retry_time: 0 } }
  const plugin = pluginOf(httpLog, config, edge)
  plugin.log?.(exchangeOf())
  await plugin.close?.()
  expect(edge.warnings).toEqual(['1 log entries could not be sent'])
})

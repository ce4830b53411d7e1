import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildEdge } from '../app.ts'
import { readEdgeConfig } from '../config.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

interface Stage extends AsyncDisposable {
  readonly port: number
  readonly seen: string[]
  handle: Handle
  close(): Promise<void>
}

const echo: Handle = (_request, response) => void response.end('ok')

/** An edge with one service, whose answers a test chooses. */
async function startStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-proxy-'))
  const seen: string[] = []
  const service = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    stage.handle(request, response)
  })
  service.on('upgrade', (request, socket: Socket) => {
    seen.push(`upgrade ${request.url}`)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    socket.on('error', () => {}).pipe(socket)
  })
  service.listen(0, '127.0.0.1')
  await once(service, 'listening')
  const { port } = service.address() as AddressInfo // it listens on TCP
  const target = `http://127.0.0.1:${port}`
  await writeFile(
    join(folder, 'kong.yml'),
    [
      '_format_version: "3.0"',
      'plugins: [{name: correlation-id, config: {header_name: X-Global, echo_downstream: true}}]',
      'services:',
      `- {name: films, url: "${target}", retries: 1, routes: [{name: films, paths: [/films]}]}`,
      `- {name: impatient, url: "${target}", read_timeout: 150, retries: 1, routes: [{name: impatient, paths: [/impatient]}]}`,
      `- {name: secure, url: "${target}", routes: [{name: secure, paths: [/secure], protocols: [https]}],`,
      '   plugins: [{name: correlation-id, config: {header_name: X-Trace, echo_downstream: true}}]}',
      `- {name: nowhere, url: "http://nowhere.invalid", retries: 5, routes: [{name: nowhere, paths: [/nowhere]}]}`,
    ].join('\n'),
  )
  const app = await buildEdge(
    readEdgeConfig({
      LOG_LEVEL: 'silent',
      KONG_CONFIG: join(folder, 'kong.yml'),
      PORT: '0',
      EDGE_HTTP_PORT: '0',
      EDGE_HTTPS_PORT: '0',
      EDGE_STATUS_PORT: '0',
      EDGE_MAX_BODY_BYTES: '2048',
      EDGE_DATA_FOLDER: folder,
      EDGE_DATABASE_URL: `sqlite:${join(folder, 'edge.sqlite')}`,
    }),
  )
  await app.ready()
  const close = async (): Promise<void> => {
    app.readiness.drain()
    await app.close()
  }
  const stage: Stage = {
    port: app.edgePorts.http,
    seen,
    handle: echo,
    close,
    async [Symbol.asyncDispose]() {
      await close()
      service.closeAllConnections()
      service.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return stage
}

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(() => {
  stage.handle = echo
  stage.seen.length = 0
})

const host = 'Host: edge.test\r\n'

/** A connection to the edge: what it says, and until when. */
function talk(port: number): {
  send(text: string): void
  until(pattern: RegExp): Promise<string>
  ended: Promise<string>
  end(): void
} {
  const socket = connect({ host: '127.0.0.1', port })
  let heard = ''
  const waiting = new Set<() => void>()
  const wake = (): void => waiting.forEach((check) => check())
  socket
    .on('error', () => {})
    .on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1')
      wake()
    })
  const ended = once(socket, 'close').then(() => heard)
  return {
    send: (text) => void socket.write(Buffer.from(text, 'latin1')),
    until: (pattern) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!pattern.test(heard)) return
          waiting.delete(check)
          resolve(heard)
        }
        waiting.add(check)
        check()
      }),
    ended,
    end: () => void socket.destroy(),
  }
}

/** Status codes of all answers on a connection. */
function statuses(heard: string): number[] {
  return [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
}

test('requests on one connection reach services one after the other, and are answered in order', async () => {
  stage.handle = (request, response) => {
    const answer = (): void => {
      stage.seen.push(`end of ${request.url}`)
      response.end(request.url)
    }
    if (request.url === '/1') setTimeout(answer, 100)
    else answer()
  }
  const client = talk(stage.port)
  const requests = ['/films/1', '/films/2', '/none'].map((path) => `GET ${path} HTTP/1.1\r\n${host}\r\n`)
  client.send(requests.join(''))
  const heard = await client.until(/no Route matched/)
  client.end()
  expect(stage.seen).toEqual(['GET /1', 'end of /1', 'GET /2', 'end of /2'])
  expect(statuses(heard)).toEqual([200, 200, 404])
})

test('what comes behind a request and is none is refused after its answer, and the connection ends', async () => {
  const client = talk(stage.port)
  client.send(`GET /films/1 HTTP/1.1\r\n${host}\r\n\u0001\u0002 garbage\r\n\r\n`)
  expect(statuses(await client.ended)).toEqual([200, 400])
})

test('a request with an unreadable body is refused once', async () => {
  const client = talk(stage.port)
  client.send(`POST /films/1 HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ`)
  expect(statuses(await client.ended)).toEqual([400])
  expect(stage.seen).toEqual([])
})

test.each([
  ['with Connection', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
  ['by Upgrade alone', 'Upgrade: WebSocket\r\n'],
])('a WebSocket opens %s, and what either side sends arrives', async (_how, headers) => {
  const client = talk(stage.port)
  client.send(`GET /films/ws HTTP/1.1\r\n${host}${headers}\r\n`)
  const head = await client.until(/\r\n\r\n/)
  expect(statuses(head)).toEqual([101])
  expect(head).toMatch(/^Via: 1\.1 kong/im)
  client.send('any bytes, GET / HTTP/1.1 too')
  expect(await client.until(/too$/)).toContain('any bytes')
  client.end()
  expect(stage.seen).toEqual(['upgrade /ws'])
})

test('a WebSocket on which nothing moves is closed after read_timeout', async () => {
  const client = talk(stage.port)
  client.send(`GET /impatient/ws HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
  expect(statuses(await client.ended)).toEqual([101])
})

test('another Upgrade is no matter of the edge: the request passes without it', async () => {
  const client = talk(stage.port)
  client.send(`GET /films/a HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`)
  expect(statuses(await client.until(/ok$/))).toEqual([200])
  client.end()
})

test.each([
  ['GET', 2],
  ['PUT', 2],
  ['POST', 1],
  ['PATCH', 1],
])('%s to a service that does not answer is sent %i times', async (method, times) => {
  stage.handle = () => {}
  const client = talk(stage.port)
  client.send(`${method} /impatient/a HTTP/1.1\r\n${host}Content-Length: 0\r\nConnection: close\r\n\r\n`)
  expect(statuses(await client.ended)).toEqual([504])
  expect(stage.seen).toEqual(Array.from({ length: times }, () => `${method} /a`))
})

test('a service that breaks off its answer breaks off the client’s', async () => {
  stage.handle = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('the beginning', () => response.destroy())
  }
  const client = talk(stage.port)
  client.send(`GET /films/half HTTP/1.1\r\n${host}\r\n`)
  const heard = await client.ended
  expect(statuses(heard)).toEqual([200])
  expect(heard.endsWith('the beginning')).toBe(true)
})

test.each([
  ['', 'text/plain; charset=utf-8'],
  ['Content-Type: application/json\r\n', 'application/json; charset=utf-8'],
  ['Content-Type: application/json\r\nAccept: text/html\r\n', 'text/html; charset=utf-8'],
])('a 502 is in the type that the client accepts, or else sent: %j', async (headers, type) => {
  stage.handle = (request) => void request.socket.destroy()
  const client = talk(stage.port)
  client.send(`POST /films/a HTTP/1.1\r\n${host}Connection: close\r\n${headers}Content-Length: 0\r\n\r\n`)
  const heard = await client.ended
  expect(statuses(heard)).toEqual([502])
  expect(/^Content-Type: (.*)\r$/im.exec(heard)?.[1]).toBe(type)
})

test('a client that leaves ends its request at the service', async () => {
  const left = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  stage.handle = (_request, response) => {
    arrived.resolve()
    response.on('close', () => left.resolve())
  }
  const client = talk(stage.port)
  client.send(`GET /films/slow HTTP/1.1\r\n${host}\r\n`)
  await arrived.promise
  client.end()
  await left.promise
  expect(stage.seen).toEqual(['GET /slow'])
})

test.each([
  ['no Host', `GET /films HTTP/1.1\r\n\r\n`, 400],
  ['two credentials', `GET /films HTTP/1.1\r\n${host}Authorization: a\r\nAuthorization: b\r\n\r\n`, 400],
  ['TRACE', `TRACE /films HTTP/1.1\r\n${host}\r\n`, 405],
  ['an unknown coding', `POST /films HTTP/1.1\r\n${host}Transfer-Encoding: gzip\r\n\r\n`, 501],
  ['a length beside it', `POST /films HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: gzip\r\n\r\n`, 501],
])(
  'a request with %s ends its connection, after the global plugins and without a route',
  async (_what, sent, status) => {
    const client = talk(stage.port)
    client.send(sent)
    const heard = await client.ended
    expect(statuses(heard)).toEqual([status])
    expect(heard).toMatch(/^Connection: close\r$/m)
    expect(heard).toMatch(/^X-Kong-Response-Latency: \d+\r$/m)
    if (!sent.includes('Length')) expect(heard).toMatch(/^X-Global: /m)
    expect(stage.seen).toEqual([])
  },
)

test('a plain request to an https route is refused before any plugin of the route', async () => {
  const client = talk(stage.port)
  client.send(`GET /secure HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
  const heard = await client.ended
  expect(statuses(heard)).toEqual([426])
  expect(heard).not.toMatch(/^X-Trace:/im)
})

test('an HTTP/1.0 client may keep its connection where the answer has a length, and else knows its end', async () => {
  const client = talk(stage.port)
  const ask = `GET /films/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`
  client.send(ask)
  expect(await client.until(/ok$/)).toMatch(/^Connection: keep-alive\r$/im)
  stage.handle = (_request, response) => {
    response.write('in ')
    response.end('pieces')
  }
  client.send(ask)
  const heard = await client.ended
  expect(heard).toMatch(/^Connection: close\r$/im)
  expect(heard.endsWith('in pieces')).toBe(true)
})

test('a name that cannot be resolved is 503 at once', async () => {
  const client = talk(stage.port)
  client.send(`GET /nowhere/a HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
  const heard = await client.ended
  expect(statuses(heard)).toEqual([503])
  expect(heard).toContain('name resolution failed')
})

test.each([
  ['with its length', `Content-Length: 2049\r\n\r\n${'b'.repeat(2049)}`],
  ['in chunks', `Transfer-Encoding: chunked\r\n\r\n801\r\n${'b'.repeat(0x801)}\r\n0\r\n\r\n`],
])('a body that is larger than the edge keeps is refused, sent %s', async (_how, body) => {
  const client = talk(stage.port)
  client.send(`POST /films/a HTTP/1.1\r\n${host}Connection: close\r\n${body}`)
  expect(statuses(await client.ended)).toEqual([413])
  expect(stage.seen).toEqual([])
})

test('a stopping edge answers what is in flight, and says that it is the last answer of the connection', async () => {
  await using stopping = await startStage()
  const arrived = Promise.withResolvers<ServerResponse>()
  stopping.handle = (_request, response) => arrived.resolve(response)
  const client = talk(stopping.port)
  client.send(`GET /films/slow HTTP/1.1\r\n${host}\r\n`)
  const response = await arrived.promise
  const closed = stopping.close()
  response.end('late')
  const heard = await client.ended
  await closed
  expect(heard).toMatch(/^Connection: close\r$/m)
  expect(heard.endsWith('late')).toBe(true)
})

test('open WebSockets do not keep an edge from stopping', async () => {
  await using stopping = await startStage()
  const client = talk(stopping.port)
  client.send(`GET /films/ws HTTP/1.1\r\n${host}Upgrade: websocket\r\n\r\n`)
  await client.until(/101 /)
  await stopping.close()
  expect(statuses(await client.ended)).toEqual([101])
})

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A request that reached a service behind the edge. */
export interface Hit {
  readonly port: number
  readonly line: string
  readonly headers: Readonly<Record<string, string | string[]>>
  body_length: number
  /** Left out where it is long. */
  body: string
}

/** The services that the fixture's kong.yml points at. */
export interface CaseUpstream extends AsyncDisposable {
  /** What came since the last call, health probes aside. */
  take(): Hit[]
  /** A path of the recorded control port: `/health?port=…&ok=0|1`, `/reset`. */
  control(path: string): void
}

export interface CasePorts {
  /** They echo every request as JSON. */
  readonly echo: readonly number[]
  /** Takes requests and never answers. */
  readonly silent: number
}

/** Starts them. A path with `/x/` switches behaviour: `status:404`, `delay:500`, `ct:utf8`, `chunked`, `close`, `half`, … */
export async function startUpstream({ echo, silent }: CasePorts): Promise<CaseUpstream> {
  let seen: Hit[] = []
  const failing = new Set<number>()
  const note = (request: IncomingMessage, port: number): Hit => {
    const hit = hitOf(request, port)
    seen.push(hit)
    return hit
  }
  const servers = echo.map((port) => echoServer(port, note, failing))
  const silentServer = createServer((request) => {
    note(request, silent)
    request.resume()
  })
  for (const [server, port] of [
    ...servers.map((server, index) => [server, echo[index]] as const),
    [silentServer, silent] as const,
  ]) {
    server.keepAliveTimeout = 0
    server.requestTimeout = 0
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  return {
    take() {
      const taken = seen
      seen = []
      return taken
    },
    control(path) {
      const { pathname, searchParams } = new URL(path, 'http://control')
      const port = Number(searchParams.get('port'))
      if (pathname === '/reset') failing.clear()
      else if (searchParams.get('ok') === '0') failing.add(port)
      else failing.delete(port)
    },
    async [Symbol.asyncDispose]() {
      for (const server of [...servers, silentServer]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

type Note = (request: IncomingMessage, port: number) => Hit

function echoServer(port: number, note: Note, failing: ReadonlySet<number>): Server {
  const server = createServer({ maxHeaderSize: 131_072 }, (request, response) => {
    if (request.url?.startsWith('/healthz')) return void response.writeHead(failing.has(port) ? 503 : 200).end('health')
    const hit = note(request, port)
    void readBody(request, hit).then(() => answer(request, response, hit))
  })
  server.on('upgrade', (request, socket: Socket) => {
    note(request, port)
    upgrade(request, socket)
  })
  return server
}

async function readBody(request: IncomingMessage, hit: Hit): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding is set
  const body = Buffer.concat(chunks)
  hit.body_length = body.length
  hit.body = body.length <= 4096 ? body.toString() : ''
}

function hitOf({ method, url, httpVersion, rawHeaders }: IncomingMessage, port: number): Hit {
  const headers: Record<string, string | string[]> = {}
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const known = headers[name]
    const value = rawHeaders[index + 1] ?? ''
    headers[name] = known === undefined ? value : [known, value].flat()
  }
  return { port, line: `${method} ${url} HTTP/${httpVersion}`, headers, body_length: 0, body: '' }
}

const types: Readonly<Record<string, string>> = {
  json: 'application/json',
  utf8: 'application/json; charset=utf-8',
  text: 'text/plain',
  html: 'text/html',
  xml: 'application/xml',
}

type Switches = ReadonlyMap<string, string>

function switchesOf(url: string): Switches {
  const [path = ''] = url.split('?')
  const at = path.indexOf('/x/')
  const parts =
    at < 0
      ? []
      : path
          .slice(at + 3)
          .split('/')
          .filter((part) => part !== '')
  return new Map(
    parts.map((part) => {
      const colon = part.indexOf(':')
      return colon < 0 ? [part, ''] : [part.slice(0, colon), decodeURIComponent(part.slice(colon + 1))]
    }),
  )
}

async function answer({ url = '', socket }: IncomingMessage, response: ServerResponse, hit: Hit): Promise<void> {
  const switches = switchesOf(url)
  await pause(Number(switches.get('delay') ?? 0))
  if (switches.has('close')) return void socket.destroy()
  const big = switches.get('big')
  const body = big === undefined ? Buffer.from(JSON.stringify(hit)) : Buffer.alloc(Number(big), 'a')
  const status = Number(switches.get('status') ?? 200)
  const isBare = status === 204 || status === 304
  const length = switches.has('chunked') || isBare ? [] : ['Content-Length', String(body.length)]
  response.writeHead(status, [...headersOf(switches, hit.port), ...length])
  if (switches.has('half')) return void response.write(body.subarray(0, 20), () => socket.destroy())
  if (isBare) return void response.end()
  if (!switches.has('chunked')) return void response.end(body)
  response.write(body.subarray(0, 10))
  await pause(20)
  response.end(body.subarray(10))
}

function headersOf(switches: Switches, port: number): string[] {
  const headers = ['X-Powered-By', 'echo', 'X-Upstream-Port', String(port)]
  const add = (name: string, value: string | undefined): void => void (value !== undefined && headers.push(name, value))
  const type = switches.get('ct') ?? 'json'
  const expires = switches.get('expires')
  add('Content-Type', type === 'none' ? undefined : types[type])
  add('Cache-Control', switches.get('cc'))
  add('Expires', expires && new Date(Date.now() + 1000 * Number(expires)).toUTCString())
  add('Vary', switches.get('vary'))
  headers.push(...(switches.get('hdr')?.split('=') ?? []))
  if (switches.has('cookie')) headers.push('Set-Cookie', 'a=1; Path=/', 'Set-Cookie', 'b=2; HttpOnly')
  if (switches.has('acao')) add('Access-Control-Allow-Origin', 'https://upstream.example.com')
  if (switches.has('location')) add('Location', `http://127.0.0.1:${port}/elsewhere`)
  add('Via', switches.get('via')?.replace('+', ' '))
  add('Server', switches.get('server'))
  if (switches.has('kong')) headers.push('X-Kong-Request-Id', 'from-upstream', 'X-Request-ID', 'from-upstream')
  return headers
}

/** Accepts a WebSocket and echoes short text frames. */
function upgrade({ headers }: IncomingMessage, socket: Socket): void {
  socket.on('error', () => {}).on('end', () => socket.destroy())
  const key = headers['sec-websocket-key']
  if (key === undefined) return void socket.destroy()
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const protocol = headers['sec-websocket-protocol']?.split(',')[0]?.trim()
  const lines = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`]
  if (protocol) lines.push(`Sec-WebSocket-Protocol: ${protocol}`)
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
  socket.on('data', (data: Buffer) => {
    if (((data[0] ?? 0) & 15) === 8) return void socket.end(Buffer.from([0x88, 0]))
    const length = (data[1] ?? 0) & 127
    const mask = data.subarray(2, 6)
    const text = data.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0))
    socket.write(Buffer.concat([Buffer.from([0x81, length]), text]))
  })
}

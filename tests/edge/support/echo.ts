import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createHash } from 'node:crypto'

/** A request as it came to a service behind the edge. */
export interface SeenRequest {
  /** The service's name in kong.yml. */
  readonly service: string
  readonly port: number
  readonly method: string
  readonly url: string
  /** Lower-case names; the values of repeated ones stay apart. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: string
}

/** What the echo answers instead of its own. */
export interface EchoAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
  /** It ends the connection instead of answering. */
  readonly hangsUp?: boolean
}

/**
 * Stands for every service behind the edge: remembers what arrives, and answers what a test says, else a JSON body. It is
 * ready for the edge's health checks, which are not remembered.
 */
export interface Echo extends AsyncDisposable {
  /** Where each service listens: `host:port`, as kong.yml names targets. */
  readonly targets: Readonly<Record<string, string[]>>
  /** Ports to which no health check has come yet. */
  readonly unprobed: ReadonlySet<number>
  /** Everything that arrived since the last `forget`, health checks aside. */
  readonly seen: readonly SeenRequest[]
  forget(): void
  /** How the echo answers from now on; without an argument its own way. */
  answer(how?: (request: SeenRequest) => EchoAnswer | Promise<EchoAnswer>): void
  /** One server says from now on that it is not ready; it still answers. */
  drain(port: number): void
  /** Ends one server at once, its connections included, as a crash would. */
  crash(port: number): Promise<void>
}

/**
 * Starts one server for each service, `ports` of them where several are given; 0 lets the system choose. `host` is how the
 * edge calls this machine: by another name than loopback's it is reached on all its addresses.
 */
export async function startEcho(ports: Readonly<Record<string, readonly number[]>>, host = '127.0.0.1'): Promise<Echo> {
  const state: EchoState = { seen: [], how: undefined, draining: new Set(), unprobed: new Set() }
  const servers = new Map<number, CrashableServer>()
  const targets: Record<string, string[]> = {}
  for (const [service, list] of Object.entries(ports)) {
    targets[service] = []
    for (const port of list) {
      const server = await listen(service, { port, host: host === '127.0.0.1' ? host : '0.0.0.0' }, state)
      servers.set(server.port, server)
      targets[service].push(`${host}:${server.port}`)
    }
  }
  return {
    targets,
    unprobed: state.unprobed,
    seen: state.seen,
    forget: () => void (state.seen.length = 0),
    answer: (how) => void (state.how = how),
    drain: (port) => void state.draining.add(port),
    crash: async (port) => servers.get(port)?.crash(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...servers.values()].map((server) => server.crash()))
    },
  }
}

interface EchoState {
  readonly seen: SeenRequest[]
  how: ((request: SeenRequest) => EchoAnswer | Promise<EchoAnswer>) | undefined
  readonly draining: Set<number>
  readonly unprobed: Set<number>
}

interface CrashableServer {
  readonly port: number
  crash(): Promise<void>
}

async function listen(
  service: string,
  where: { readonly port: number; readonly host: string },
  state: EchoState,
): Promise<CrashableServer> {
  const sockets = new Set<Socket>()
  // Idle connections are the edge's to end, which might send into one that the echo is just closing.
  const server: Server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    if (isProbe(request)) probe(request, response, state)
    else void handle(request, response, service, state)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket: Socket) => upgrade(request, socket, service, state))
  server.listen(where)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  state.unprobed.add(port)
  return {
    port,
    async crash() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.resetAndDestroy()
      await closed
    },
  }
}

/** A health check has no secret: it comes from no client. */
function isProbe({ url, headers }: IncomingMessage): boolean {
  return url === '/readyz' && headers['x-edge-secret'] === undefined
}

function probe({ socket: { localPort = 0 } }: IncomingMessage, response: ServerResponse, state: EchoState): void {
  state.unprobed.delete(localPort)
  response.writeHead(state.draining.has(localPort) ? 503 : 200).end()
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  service: string,
  state: EchoState,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding is set
  const seen = seenOf(request, service, Buffer.concat(chunks).toString('latin1'))
  state.seen.push(seen)
  const answer = (await state.how?.(seen)) ?? {}
  if (answer.hangsUp) return void request.socket.destroy()
  const { status = 200, headers = {}, body = JSON.stringify({ service, url: seen.url }) } = answer
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(headers as Record<string, string>),
  })
  response.end(request.method === 'HEAD' || status === 204 || status === 304 ? undefined : body)
}

function seenOf(request: IncomingMessage, service: string, body: string): SeenRequest {
  const headers = new Map<string, string[]>()
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), request.rawHeaders[index + 1] ?? ''])
  }
  const port = request.socket.localPort ?? 0
  return { service, port, method: request.method ?? '', url: request.url ?? '', headers, body }
}

/** Accepts a WebSocket and sends every byte back. */
function upgrade(request: IncomingMessage, socket: Socket, service: string, state: EchoState): void {
  state.seen.push(seenOf(request, service, ''))
  const key = String(request.headers['sec-websocket-key'])
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  socket.on('error', () => {})
  socket.pipe(socket)
}

import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** A request of a recorded case; README.md says what its fields mean. */
export interface CaseRequest {
  readonly method?: string
  readonly path?: string
  readonly headers?: ReadonlyArray<readonly [name: string, value: string | null]>
  readonly body?: string
  readonly form?: Readonly<Record<string, string>>
  readonly body_size?: number
  readonly chunks?: readonly string[]
  readonly tls?: boolean
  readonly version?: string
  readonly repeat?: number
  readonly ws?: readonly string[]
  readonly target?: 'status'
  readonly raw?: string
  readonly plain_on_tls?: boolean
}

/** An answer as it came over the wire; repeated headers are lists. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer
  readonly truncated: boolean
}

/** The first answer to a request, what came beside it, and whether the edge ended the connection. */
export interface Reply extends WireAnswer {
  readonly next: readonly WireAnswer[]
  readonly interim: readonly number[]
  readonly ws: readonly string[]
  readonly closed: boolean
}

export interface Address {
  readonly port: number
  /** The certificate that the edge shows, in PEM. */
  readonly ca?: string
}

const nothing: WireAnswer = { status: 0, headers: {}, body: Buffer.alloc(0), truncated: false }
const quietMs = 400
const patienceMs = 8000

/** Sends a request on a connection of its own. */
export async function sendCase(request: CaseRequest, { port, ca }: Address): Promise<Reply> {
  const isRaw = request.raw !== undefined
  const socket = request.tls
    ? connectTls({ host: '127.0.0.1', port, ALPNProtocols: ['http/1.1'], ...(ca !== undefined && { ca }) })
    : connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  const method = request.method ?? (request.raw?.split(' ', 1)[0] || 'GET')
  let received = Buffer.alloc(0)
  let closed = false
  let wake = (): void => {}
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  socket.on('close', () => {
    closed = true
    wake()
  })
  socket.on(request.tls ? 'secureConnect' : 'connect', () => socket.write(bytesOf(request)))
  const more = async (limitMs: number): Promise<boolean> => {
    if (closed) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => resolve(false), limitMs)
    wake = () => resolve(true)
    return promise.finally(() => clearTimeout(timer))
  }
  const answers: WireAnswer[] = []
  const interim: number[] = []
  let ws: string[] = []
  const until = Date.now() + patienceMs
  for (;;) {
    const parsed = parseAnswer(received, method, closed)
    if (parsed) {
      received = parsed.rest
      const { status } = parsed.answer
      if (status === 101 && request.ws) {
        answers.push(parsed.answer)
        ws = await echoed(socket, request.ws, () => received)
        break
      }
      if (status >= 100 && status < 200 && status !== 101) interim.push(status)
      else answers.push(parsed.answer)
      if (!isRaw && answers.length > 0) break
      continue
    }
    const limit = isRaw && answers.length > 0 ? quietMs : until - Date.now()
    if (!(await more(limit))) {
      if (closed && parseAnswer(received, method, closed)) continue
      break
    }
  }
  socket.destroy()
  const [first = nothing, ...next] = answers
  return { ...first, next, interim, ws, closed }
}

/** What goes over the wire: Host, User-Agent and Connection are added unless given, `null` leaves a header out. */
function bytesOf(request: CaseRequest): Buffer {
  if (request.raw !== undefined) return Buffer.from(request.raw, 'latin1')
  const headers = [...(request.headers ?? [])]
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const form = request.form && new URLSearchParams(request.form).toString()
  const body = request.body_size === undefined ? (form ?? request.body) : 'b'.repeat(request.body_size)
  if (form !== undefined && !given.has('content-type'))
    headers.push(['Content-Type', 'application/x-www-form-urlencoded'])
  if (!given.has('host')) headers.unshift(['Host', 'edge.example.com'])
  if (!given.has('user-agent')) headers.push(['User-Agent', 'edge-replay'])
  if (!given.has('connection')) headers.push(['Connection', 'close'])
  if (request.chunks) headers.push(['Transfer-Encoding', 'chunked'])
  else if (body !== undefined && !given.has('content-length'))
    headers.push(['Content-Length', `${Buffer.byteLength(body)}`])
  const chunked = request.chunks?.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join('')
  const lines = headers.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}\r\n`]))
  const head = `${request.method ?? 'GET'} ${request.path ?? '/'} HTTP/${request.version ?? '1.1'}\r\n${lines.join('')}\r\n`
  return Buffer.from(`${head}${chunked === undefined ? (body ?? '') : `${chunked}0\r\n\r\n`}`)
}

interface Parsed {
  readonly answer: WireAnswer
  readonly rest: Buffer<ArrayBuffer>
}

/** The answer that the bytes begin with; undefined while it is not complete. */
function parseAnswer(bytes: Buffer<ArrayBuffer>, method: string, closed: boolean): Parsed | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = headersOf(lines)
  const status = Number(first.split(' ')[1])
  const rest = bytes.subarray(end + 4)
  const whole = (body: Buffer, used: number, truncated = false): Parsed => ({
    answer: { status, headers, body, truncated },
    rest: rest.subarray(used),
  })
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return whole(Buffer.alloc(0), 0)
  if (/chunked/i.test(String(headers['transfer-encoding']))) return parseChunks(rest, closed, whole)
  const length = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  if (length !== undefined && rest.length >= length) return whole(rest.subarray(0, length), length)
  return closed ? whole(rest, rest.length, length !== undefined) : undefined
}

function parseChunks(
  bytes: Buffer,
  closed: boolean,
  whole: (body: Buffer, used: number, truncated?: boolean) => Parsed,
): Parsed | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const newline = bytes.indexOf('\r\n', at)
    const size = newline < 0 ? Number.NaN : parseInt(bytes.subarray(at, newline).toString(), 16)
    if (newline < 0 || bytes.length < newline + 2 + size + 2) {
      return closed ? whole(Buffer.concat(parts), bytes.length, true) : undefined
    }
    if (size === 0) return whole(Buffer.concat(parts), newline + 4)
    parts.push(bytes.subarray(newline + 2, newline + 2 + size))
    at = newline + 2 + size + 2
  }
}

function headersOf(lines: readonly string[]): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = {}
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase()
    const value = line.slice(line.indexOf(':') + 1).trim()
    const known = all[name]
    all[name] = known === undefined ? value : [known, value].flat()
  }
  return all
}

/** Sends texts over a WebSocket one after another, and answers what came back for each. */
async function echoed(socket: Socket, texts: readonly string[], early: () => Buffer): Promise<string[]> {
  const echoes: string[] = []
  let data = early()
  socket.removeAllListeners('data')
  for (const text of texts) {
    socket.write(frameOf(text))
    while (data.length < 2 || data.length < 2 + (data[1] ?? 0)) {
      const chunk = await new Promise<Buffer>((resolve) => socket.once('data', resolve))
      data = Buffer.concat([data, chunk])
    }
    const length = data[1] ?? 0
    echoes.push(data.subarray(2, 2 + length).toString())
    data = data.subarray(2 + length)
  }
  return echoes
}

function frameOf(text: string): Buffer {
  const data = Buffer.from(text)
  const mask = randomBytes(4)
  return Buffer.concat([
    Buffer.from([0x81, 0x80 | data.length]),
    mask,
    data.map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
  ])
}

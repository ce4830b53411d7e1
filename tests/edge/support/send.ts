import { once } from 'node:events'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, type Socket } from 'node:net'

/** A request to the edge, as it goes over the wire. */
export interface Sent {
  readonly method?: string
  readonly path: string
  /** As spelt, in order; repeated names stay repeated. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: string | Buffer
  /** Sent with Transfer-Encoding: chunked. */
  readonly chunks?: readonly (string | Buffer)[]
}

export interface Got {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly text: string
  /** The body as JSON. Throws where it is none; `as`: tests assert on what they expect of it. */
  json(): Record<string, unknown>
}

/** Sends one request on a connection of its own and waits for the whole answer. */
export async function send(base: string, sent: Sent, ca?: string): Promise<Got> {
  const { protocol, hostname, port } = new URL(base)
  const { method = 'GET', path, headers = [], body, chunks } = sent
  const raw = headersOf(headers, new URL(base).host, body, chunks !== undefined)
  const options = { hostname, port, method, path, headers: raw, agent: false, setHost: false }
  const request = protocol === 'https:' ? httpsRequest({ ...options, ca }) : httpRequest(options)
  for (const chunk of chunks ?? []) request.write(chunk)
  request.end(body)
  return answerOf(request)
}

function headersOf(
  headers: NonNullable<Sent['headers']>,
  host: string,
  body: string | Buffer | undefined,
  isChunked: boolean,
): string[] {
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const lines = headers.flatMap(([name, value]) => [name, value])
  if (!given.has('host')) lines.unshift('Host', host)
  if (!given.has('connection')) lines.push('Connection', 'close')
  if (isChunked) lines.push('Transfer-Encoding', 'chunked')
  else if (body !== undefined && !given.has('content-length'))
    lines.push('Content-Length', String(Buffer.byteLength(body)))
  return lines
}

async function answerOf(request: ClientRequest): Promise<Got> {
  const [response] = (await once(request, 'response')) as [IncomingMessage] // what 'response' emits
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer) // no encoding is set
  const text = Buffer.concat(chunks).toString()
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    text,
    json: () => JSON.parse(text) as Record<string, unknown>,
  }
}

/** What came back for bytes that no client library would send. */
export interface RawAnswer {
  /** The status of the first answer that ends a request (a 100 does not); undefined where the connection ended without one. */
  readonly status: number | undefined
  readonly text: string
  readonly isClosed: boolean
}

/**
 * Sends bytes as they are, in pieces where several are given, and reads until the edge ends the connection or has said
 * nothing for a moment.
 */
export async function sendBytes(base: string, pieces: readonly string[], quietMs = 200): Promise<RawAnswer> {
  const { hostname, port } = new URL(base)
  const socket: Socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  let text = ''
  let isClosed = false
  const ended = new Promise<void>((resolve) => {
    socket.on('close', () => {
      isClosed = true
      resolve()
    })
  })
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk))
  for (const piece of pieces) {
    if (!isClosed) socket.write(Buffer.from(piece, 'latin1'))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const quiet = new Promise<void>((resolve) => {
    let timer = setTimeout(resolve, quietMs * 8)
    socket.on('data', () => {
      clearTimeout(timer)
      timer = setTimeout(resolve, quietMs)
    })
    void ended.then(() => clearTimeout(timer))
  })
  await Promise.race([ended, quiet])
  socket.destroy()
  const final = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gmu)].map(([, status]) => Number(status))
  return { status: final.find((status) => status >= 200 || status === 101), text, isClosed }
}

import type { ServerResponse } from 'node:http'
import type { EdgeResponse, OwnAnswer } from '../exchange.ts'
import { HeaderList } from '../header-list.ts'
import { addCharset, kongVersion, reasonOf } from './answer-headers.ts'
import { errorBody } from './error-bodies.ts'
import type { PluginChain } from './plugin-chains.ts'
import type { ProxyExchange } from './proxy-exchange.ts'

type Transform = (body: Buffer) => Buffer
type Observer = { readonly limit: number; readonly observe: (body: Buffer) => void }

/** The answer's head as plugins see it, and what they want of its body. */
class AnswerHead implements EdgeResponse {
  status: number
  readonly headers: HeaderList
  readonly source: 'service' | 'kong'
  transforms: Transform[] | undefined
  observers: Observer[] | undefined

  constructor(status: number, headers: HeaderList, source: 'service' | 'kong') {
    this.status = status
    this.headers = headers
    this.source = source
  }

  transformBody(transform: Transform): void {
    ;(this.transforms ??= []).push(transform)
  }

  observeBody(limit: number, observe: (body: Buffer) => void): void {
    ;(this.observers ??= []).push({ limit, observe })
  }
}

/** Up to this, copying costs less than a second buffer for the system call. */
const shortBytes = 8192

export type Warn = (problem: string, cause: unknown) => void

export interface AnswerParts {
  readonly warn: Warn
  /** Once it is true, every answer is the last of its connection. */
  readonly isDraining: () => boolean
}

/** The answer to one client: its head passes the plugins, then its body streams. */
export class ClientAnswer {
  chain: PluginChain
  readonly exchange: ProxyExchange
  /**
   * Cancelled when the client goes away before its answer is complete. An object, not a function: V8 puts a closure that
   * is assigned to a property into the old generation at once, where it would keep the whole exchange.
   */
  call: { cancel(): void } | undefined
  readonly #response: ServerResponse
  readonly #parts: AnswerParts
  #head: AnswerHead | undefined
  #isUpgrade = false
  /** What has been kept of the body for transforms and observers. */
  #kept: Buffer[] = []
  #keptBytes = 0
  /** What is still missing of the body; undefined where its length is not known. */
  #missing: number | undefined

  constructor(exchange: ProxyExchange, chain: PluginChain, response: ServerResponse, parts: AnswerParts) {
    this.exchange = exchange
    this.chain = chain
    this.#response = response
    this.#parts = parts
  }

  get hasStarted(): boolean {
    return this.#head !== undefined
  }

  /** Whether the client is still there. */
  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.closed
  }

  /** Sends an answer of the edge's own. `isFailedCall` is for 502 and 504: the service was asked in vain. */
  sendOwn(answer: OwnAnswer, isFailedCall = false): void {
    const { id, request } = this.exchange
    const headers = new HeaderList()
    let body: string | Buffer
    if (answer.kind === 'error') {
      // nginx itself makes 502 and 504: in plain text for who accepts nothing in particular.
      const accept = request.headers.get('accept') ?? (isFailedCall || answer.status === 504 ? 'text/plain' : undefined)
      const { type, text } = errorBody(answer.message, id, accept)
      headers.append('Content-Type', type)
      body = text
    } else {
      body = answer.body
    }
    for (const [name, value] of answer.headers ?? []) headers.append(name, value)
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    if (!headers.has('content-length')) headers.append('Content-Length', String(bytes.length))
    const isProxied = isFailedCall || answer.kind === 'cached'
    if (answer.kind === 'cached') this.exchange.upstreamLatencyMs = 0
    this.start(answer.status, reasonOf(answer.status), headers, 'kong', isProxied)
    this.write(bytes)
    this.end()
  }

  /** Runs the plugins over the head and sends it, at once or, where the body will change, with the body. */
  start(
    status: number,
    reason: string,
    headers: HeaderList,
    source: 'service' | 'kong',
    isProxied = source === 'service',
  ): void {
    const { exchange } = this
    const head = new AnswerHead(status, headers, source)
    this.#head = head
    const isService = source === 'service'
    if (isService && !headers.has('server')) headers.append('Server', kongVersion)
    const added = exchange.answerHeaders.toRaw()
    for (let index = 0; index < added.length; index += 2) headers.remove(added[index] ?? '')
    for (let index = 0; index < added.length; index += 2) headers.append(added[index] ?? '', added[index + 1] ?? '')
    for (const run of this.chain.headers) {
      try {
        run(exchange, head)
      } catch (error) {
        this.#parts.warn('a plugin failed in its headers phase', error)
      }
    }
    if (this.#isUpgrade) head.transforms = undefined
    this.#finishHeaders(head, isProxied)
    const length = headers.get('content-length')
    this.#missing = length === undefined ? undefined : Number(length)
    exchange.responseSource = source
    exchange.responseHeaders = headers
    exchange.responseStatus = head.status
    if (!head.transforms) this.#sendHead(head.status === status ? reason : reasonOf(head.status))
  }

  /** Sends the head that ends HTTP on this connection. */
  startUpgrade(headers: HeaderList, reason: string): void {
    this.#isUpgrade = true
    this.start(101, reason, headers, 'service')
    this.#response.flushHeaders()
  }

  /** False where the client's connection is full: see `onceDrained`. */
  write(chunk: Buffer): boolean {
    const head = this.#head
    if (head?.transforms || head?.observers) this.#keep(chunk)
    if (head?.transforms) return true
    if (this.#missing === undefined) return this.#response.write(chunk)
    this.#missing -= chunk.length
    if (this.#missing > 0) return this.#response.write(chunk)
    // The last of a known length: one write to the connection, and a short one as text, which Node joins to the head.
    if (chunk.length <= shortBytes) this.#response.end(chunk.toString('latin1'), 'latin1')
    else this.#response.end(chunk)
    return true
  }

  onceDrained(resume: () => void): void {
    this.#response.once('drain', resume)
  }

  end(): void {
    const head = this.#head
    if (!head) return
    if (head.transforms || head.observers) this.#endKept(head)
    this.#response.end()
  }

  /** Breaks off: the service's answer will not be complete. */
  abort(): void {
    // What has come so far still goes out; the missing end tells the client.
    this.#response.socket?.destroySoon()
  }

  #endKept(head: AnswerHead): void {
    let body = Buffer.concat(this.#kept)
    for (const transform of head.transforms ?? []) {
      try {
        // `as`: Buffers of Node's pool and of its own are one type to us.
        body = transform(body) as Buffer<ArrayBuffer>
      } catch (error) {
        this.#parts.warn('a plugin failed to transform a body', error)
      }
    }
    if (head.transforms) {
      this.#sendHead(reasonOf(head.status))
      this.#response.write(body)
    }
    for (const { limit, observe } of head.observers ?? []) {
      if (this.#keptBytes <= limit) observe(body)
    }
  }

  #keep(chunk: Buffer): void {
    this.#keptBytes += chunk.length
    const limit = this.#head?.transforms ? Infinity : Math.max(...(this.#head?.observers ?? []).map((one) => one.limit))
    if (this.#keptBytes <= limit) this.#kept.push(chunk)
    else this.#kept = []
  }

  #finishHeaders({ headers, status, source, transforms }: AnswerHead, isProxied: boolean): void {
    const { exchange } = this
    if (transforms) headers.remove('content-length')
    addCharset(headers, status)
    const elapsed = Date.now() - exchange.startedAt
    exchange.kongLatencyMs = Math.max(0, elapsed - (exchange.upstreamLatencyMs ?? 0))
    if (isProxied) {
      headers.set('X-Kong-Upstream-Latency', String(exchange.upstreamLatencyMs ?? 0))
      headers.set('X-Kong-Proxy-Latency', String(exchange.kongLatencyMs))
      headers.set('Via', [...headers.getAll('via'), `1.1 ${kongVersion}`].join(', '))
    } else {
      headers.set('X-Kong-Response-Latency', String(elapsed))
    }
    if (source === 'kong') headers.set('Server', kongVersion)
    headers.set('X-Kong-Request-Id', exchange.id)
  }

  #sendHead(reason: string): void {
    const head = this.#head
    if (!head) return
    // Node would add Keep-Alive, which Kong does not send; a plugin's own Connection header comes after ours.
    const isKept = this.#response.shouldKeepAlive && !this.#parts.isDraining()
    const connection = isKept ? 'keep-alive' : 'close'
    const raw = ['Connection', this.#isUpgrade ? 'upgrade' : connection, ...head.headers.toRaw()]
    this.#response.writeHead(head.status, reason, raw)
  }
}

import type { ServerResponse } from 'node:http'
import { EdgeResponse, type AnswerSource, type Exchange } from '../exchange.ts'
import { HeaderList } from '../header-list.ts'
import type { OwnAnswer } from '../own-answer.ts'
import type { Warn } from '../plugin.ts'
import { addCharset, kongVersion, reasonOf } from './answer-headers.ts'
import { errorBody } from './error-bodies.ts'
import type { PluginChain } from './plugin-chains.ts'

/** Up to this, copying costs less than a second buffer for the system call. */
const shortBytes = 8192
/** nginx's status of a client that left without an answer. */
const clientLeft = 499

export interface AnswerParts {
  readonly warn: Warn
  /** Once it is true, every answer is the last of its connection. */
  readonly isDraining: () => boolean
}

/** The answer to one client: its head passes the plugins, then its body streams. */
export class ClientAnswer {
  chain: PluginChain
  readonly exchange: Exchange
  readonly response: ServerResponse
  /**
   * Cancelled when the client goes away before its answer is complete. An object, not a function: V8 puts a closure that
   * is assigned to a property into the old generation at once, where it would keep the whole exchange.
   */
  call: { cancel(): void } | undefined
  readonly #parts: AnswerParts
  #head: EdgeResponse | undefined
  #isUpgrade = false
  /** What has been kept of the body for a plugin. */
  #kept: Buffer[] = []
  #keptBytes = 0
  /** What is still missing of the body; undefined where its length is not known. */
  #missing: number | undefined

  constructor(exchange: Exchange, chain: PluginChain, response: ServerResponse, parts: AnswerParts) {
    this.exchange = exchange
    this.chain = chain
    this.response = response
    this.#parts = parts
    const { socket } = response.req
    const sentBefore = socket.bytesWritten
    response.once('close', () => {
      this.#close(socket.bytesWritten - sentBefore)
      if (!socket.destroyed) exchange.request.connection.waiting.shift()?.()
    })
  }

  get hasStarted(): boolean {
    return this.#head !== undefined
  }

  /** Whether the client is still there. */
  get isOpen(): boolean {
    return !this.response.destroyed && !this.response.closed
  }

  /** Sends an answer of the edge's own. `isFailedCall` is for 502 and 504: the service was asked in vain. */
  sendOwn(answer: OwnAnswer, isFailedCall = false): void {
    const { exchange } = this
    const headers = new HeaderList()
    let body: string | Buffer
    if (answer.kind === 'error') {
      const { headers: asked } = exchange.request
      // nginx itself makes 502 and 504: in the request's own type, or plain text, for who accepts nothing in particular.
      const isNginx = isFailedCall || answer.status === 504
      const accept = asked.get('accept') ?? (isNginx ? (asked.get('content-type') ?? 'text/plain') : undefined)
      const { type, text } = errorBody(answer.message, exchange.id, accept)
      if (type !== undefined) headers.append('Content-Type', type)
      body = text
    } else {
      body = answer.body
    }
    for (const [name, value] of answer.headers ?? []) headers.append(name, value)
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    if (!headers.has('content-length')) headers.append('Content-Length', String(bytes.length))
    if (answer.kind === 'cached') exchange.upstreamLatencyMs = 0
    this.start(answer.status, reasonOf(answer.status), headers, 'kong', isFailedCall || answer.kind === 'cached')
    this.write(bytes)
    this.end()
  }

  /** Runs the plugins over the head and sends it, at once or, where the body will change, with the body. */
  start(
    status: number,
    reason: string,
    headers: HeaderList,
    source: AnswerSource,
    isProxied = source === 'service',
  ): void {
    const { exchange } = this
    const head = new EdgeResponse(status, headers, source)
    this.#head = head
    if (source === 'service' && !headers.has('server')) headers.append('Server', kongVersion)
    headers.replaceAll(exchange.answerHeaders)
    for (const run of this.chain.headers) {
      try {
        run(exchange, head)
      } catch (error) {
        this.#parts.warn('a plugin failed in its headers phase', error)
      }
    }
    if (this.#isUpgrade) head.transform = undefined
    this.#finishHeaders(head, isProxied)
    const length = headers.get('content-length')
    this.#missing = length === undefined ? undefined : Number(length)
    exchange.responseSource = source
    exchange.responseHeaders = headers
    exchange.responseStatus = head.status
    if (!head.transform) this.#sendHead(head, head.status === status ? reason : reasonOf(head.status))
  }

  /** Sends the head that ends HTTP on this connection. */
  startUpgrade(headers: HeaderList, reason: string): void {
    this.#isUpgrade = true
    this.start(101, reason, headers, 'service')
    this.response.flushHeaders()
  }

  /** False where the client's connection is full: it emits 'drain' when there is room again. */
  write(chunk: Buffer): boolean {
    if (this.#head?.transform || this.#head?.observer) this.#keep(chunk, this.#head)
    if (this.#head?.transform) return true
    if (this.#missing === undefined) return this.response.write(chunk)
    this.#missing -= chunk.length
    if (this.#missing > 0) return this.response.write(chunk)
    // The last of a known length: one write to the connection, and a short one as text, which Node joins to the head.
    if (chunk.length <= shortBytes) this.response.end(chunk.toString('latin1'), 'latin1')
    else this.response.end(chunk)
    return true
  }

  end(): void {
    if (this.#head?.transform || this.#head?.observer) this.#endKept(this.#head)
    this.response.end()
  }

  #endKept(head: EdgeResponse): void {
    let body: Buffer = Buffer.concat(this.#kept)
    if (head.transform) {
      try {
        body = head.transform(body)
      } catch (error) {
        this.#parts.warn('a plugin failed to transform a body', error)
      }
      this.#sendHead(head, reasonOf(head.status))
      this.response.write(body)
    }
    if (head.observer && this.#keptBytes <= head.observer.limit) head.observer.observe(body)
  }

  /** Breaks off: the service's answer will not be complete. What has come so far still goes out. */
  abort(): void {
    this.response.socket?.destroySoon()
  }

  #keep(chunk: Buffer, { transform, observer }: EdgeResponse): void {
    this.#keptBytes += chunk.length
    if (transform || this.#keptBytes <= (observer?.limit ?? 0)) this.#kept.push(chunk)
    else this.#kept = []
  }

  #finishHeaders({ headers, status, source, transform }: EdgeResponse, isProxied: boolean): void {
    const { exchange } = this
    if (transform) headers.remove('content-length')
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

  #sendHead({ status, headers }: EdgeResponse, reason: string): void {
    // Node would add Keep-Alive, which Kong does not send; a plugin's own Connection header comes after ours.
    // An HTTP/1.0 client finds the end of a body without a length by the end of the connection.
    const isDelimited = this.#missing !== undefined || this.exchange.request.httpVersion !== '1.0'
    const isKept = this.response.shouldKeepAlive && isDelimited && !this.#parts.isDraining()
    const connection = this.#isUpgrade ? 'upgrade' : isKept ? 'keep-alive' : 'close'
    this.response.writeHead(status, reason, ['Connection', connection, ...headers.toRaw()])
  }

  /** The answer has gone out, or cannot: counts bytes and time, and runs the log phases. The next request may begin. */
  #close(sentBytes: number): void {
    const { exchange } = this
    if (!this.response.writableFinished) this.call?.cancel()
    exchange.requestBytes = exchange.request.size
    exchange.responseBytes = sentBytes
    exchange.totalMs = Date.now() - exchange.startedAt
    if (exchange.responseStatus === 0) exchange.responseStatus = clientLeft
    for (const run of this.chain.log) {
      try {
        run(exchange)
      } catch (error) {
        this.#parts.warn('a plugin failed in its log phase', error)
      }
    }
    exchange.request.connection.response = undefined
  }
}

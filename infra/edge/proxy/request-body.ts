import type { IncomingMessage } from 'node:http'

/** The client went away, or its connection broke, before its request was complete. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** More than the edge keeps of one request (EDGE_MAX_BODY_BYTES). */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

const empty = Buffer.alloc(0)

/** What somebody waits for. */
interface Reading {
  readonly limit: number
  readonly fail: (error: Error) => void
  readonly done: () => void
}

/** A request's body: read when somebody asks for it, once, and kept until it is sent on. */
export class RequestBody {
  readonly #incoming: IncomingMessage
  readonly #maxBytes: number
  /** What Content-Length says; undefined for a chunked body. */
  readonly #declared: number | undefined
  readonly #chunks: Buffer[] = []
  #received = 0
  #hasEnded: boolean
  #whole: Buffer | undefined
  #isListening = false
  #reading: Reading | undefined

  constructor(incoming: IncomingMessage, declared: number | undefined, maxBytes: number) {
    this.#incoming = incoming
    this.#declared = declared
    this.#maxBytes = maxBytes
    this.#hasEnded = declared === 0
  }

  get isChunked(): boolean {
    return this.#declared === undefined
  }

  /** Bytes read so far. */
  get received(): number {
    return this.#received
  }

  /** The body where nothing needs to be waited for: there is none, or it has been read or replaced. */
  get ready(): Buffer | undefined {
    if (this.#whole === undefined && this.#hasEnded) this.#whole = this.#joined()
    return this.#whole
  }

  async read(): Promise<Buffer> {
    return new Promise((resolve, reject) => this.whenRead(resolve, reject))
  }

  /** The same without a promise: at once where nothing needs to be waited for. */
  whenRead(done: (body: Buffer) => void, fail: (error: Error) => void): void {
    const { ready } = this
    if (ready) return done(ready)
    if (this.#declared !== undefined && this.#declared > this.#maxBytes) return fail(new BodyTooLarge())
    this.#collect(this.#maxBytes, fail, () => {
      if (this.#received > this.#maxBytes) fail(new BodyTooLarge())
      else done(this.ready ?? empty)
    })
  }

  replace(body: Buffer): void {
    this.#whole = body
  }

  isLongerThan(limit: number): boolean | Promise<boolean> {
    if (this.#declared !== undefined) return this.#declared > limit
    return new Promise((resolve, reject) =>
      this.#collect(Math.min(limit, this.#maxBytes), reject, () => resolve(this.#received > limit)),
    )
  }

  #joined(): Buffer {
    const [first = empty] = this.#chunks
    return this.#chunks.length < 2 ? first : Buffer.concat(this.#chunks, this.#received)
  }

  /** Reads until the end, or until more than `limit` bytes have come. */
  #collect(limit: number, fail: (error: Error) => void, done: () => void): void {
    const incoming = this.#incoming
    if (this.#hasEnded || this.#received > limit) return done()
    if (incoming.destroyed && !incoming.readableEnded) return fail(new ClientGone())
    this.#reading = { limit, fail, done }
    if (this.#isListening) return void incoming.resume()
    this.#isListening = true
    incoming.on('data', (chunk: Buffer) => this.#take(chunk))
    incoming.on('end', () => {
      this.#hasEnded = true
      this.#settle()
    })
    incoming.on('close', () => this.#settle(new ClientGone()))
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#received += chunk.length
    if (this.#received <= (this.#reading?.limit ?? 0)) return
    this.#incoming.pause()
    this.#settle()
  }

  #settle(error?: Error): void {
    const reading = this.#reading
    this.#reading = undefined
    if (error) reading?.fail(error)
    else reading?.done()
  }
}

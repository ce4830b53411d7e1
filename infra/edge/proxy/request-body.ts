import type { IncomingMessage } from 'node:http'

/** The client went away, or its connection broke, before its request was complete. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** More than the edge keeps of one request (EDGE_MAX_BODY_BYTES). */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** What somebody waits for: the end, or that more than so many bytes have come. */
interface Reading {
  readonly limit: number
  readonly fail: (error: Error) => void
  readonly done: () => void
}

/** A request's body: read when somebody asks for it, once, and kept until it is sent on. A plugin may replace it. */
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

  /** Empty where there is none. */
  async read(): Promise<Buffer> {
    return new Promise((resolve, reject) => this.whenRead(resolve, reject))
  }

  /** The same without a promise: at once where nothing needs to be waited for. */
  whenRead(done: (body: Buffer) => void, fail: (error: Error) => void): void {
    if (this.#whole) return done(this.#whole)
    if ((this.#declared ?? 0) > this.#maxBytes) return fail(new BodyTooLarge())
    this.#collect(this.#maxBytes, fail, () => {
      if (this.#received > this.#maxBytes) return fail(new BodyTooLarge())
      const [first = Buffer.alloc(0)] = this.#chunks
      this.#whole = this.#chunks.length < 2 ? first : Buffer.concat(this.#chunks, this.#received)
      done(this.#whole)
    })
  }

  replace(body: Buffer): void {
    this.#whole = body
  }

  /**
   * Whether it is longer than that many bytes: at once where Content-Length says so or there is no body, else once a
   * chunked body has ended or has passed the limit (reading stops there).
   */
  isLongerThan(limit: number): boolean | Promise<boolean> {
    if (this.#declared !== undefined) return this.#declared > limit
    return new Promise((resolve, reject) =>
      this.#collect(Math.min(limit, this.#maxBytes), reject, () => resolve(this.#received > limit)),
    )
  }

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

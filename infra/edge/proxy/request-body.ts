import type { IncomingMessage } from 'node:http'

/** The client went away, or its connection broke, before its request was complete. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** More than the edge keeps of one request (EDGE_MAX_BODY_BYTES). */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** A request's body: read when somebody asks for it, once, and kept until it is sent on. A plugin may replace it. */
export class RequestBody {
  readonly #incoming: IncomingMessage
  readonly #maxBytes: number
  /** What Content-Length says; undefined for a chunked body. */
  readonly #declared: number | undefined
  #received = 0
  #whole: Buffer | undefined
  #reading: Promise<Buffer> | undefined
  /** Who is told when more bytes than that have come; reading stops there until somebody asks for more. */
  #watch: { readonly limit: number; readonly passed: () => void } | undefined

  constructor(incoming: IncomingMessage, declared: number | undefined, maxBytes: number) {
    this.#incoming = incoming
    this.#declared = declared
    this.#maxBytes = maxBytes
    if (declared === 0) this.#whole = Buffer.alloc(0)
  }

  get isChunked(): boolean {
    return this.#declared === undefined
  }

  /** Bytes read so far. */
  get received(): number {
    return this.#received
  }

  /** Empty where there is none. Rejects with ClientGone or BodyTooLarge. */
  async read(): Promise<Buffer> {
    if (this.#whole) return this.#whole
    this.#reading ??= this.#collect()
    this.#incoming.resume()
    return this.#reading
  }

  /** The same without a promise where nothing needs to be waited for. */
  whenRead(proceed: (body: Buffer) => void, fail: (error: Error) => void): void {
    if (this.#whole) proceed(this.#whole)
    else this.read().then(proceed, fail)
  }

  replace(body: Buffer): void {
    this.#whole = body
  }

  /** Whether it is longer than that many bytes: at once where Content-Length says so, else as soon as it is known. */
  isLongerThan(limit: number): boolean | Promise<boolean> {
    if (this.#declared !== undefined) return this.#declared > limit
    if (this.#received > limit) return true
    return new Promise((resolve, reject) => {
      this.#watch = { limit, passed: () => resolve(true) }
      this.read().then(({ length }) => resolve(length > limit), reject)
    })
  }

  #collect(): Promise<Buffer> {
    const incoming = this.#incoming
    return new Promise((resolve, reject) => {
      if ((this.#declared ?? 0) > this.#maxBytes) return reject(new BodyTooLarge())
      if (incoming.destroyed && !incoming.readableEnded) return reject(new ClientGone())
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        this.#received += chunk.length
        const { limit, passed } = this.#watch ?? { limit: this.#maxBytes, passed: () => {} }
        if (this.#received <= Math.min(limit, this.#maxBytes)) return
        incoming.pause()
        passed()
        this.#watch = undefined
        if (this.#received > this.#maxBytes) reject(new BodyTooLarge())
      })
      incoming.on('end', () => {
        const [first] = chunks
        resolve((this.#whole = first && chunks.length === 1 ? first : Buffer.concat(chunks)))
      })
      incoming.on('close', () => reject(new ClientGone()))
    })
  }
}

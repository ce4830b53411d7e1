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
    if (this.ready) return this.ready
    if (this.#declared !== undefined && this.#declared > this.#maxBytes) throw new BodyTooLarge()
    await this.#collect(this.#maxBytes)
    if (this.#received > this.#maxBytes) throw new BodyTooLarge()
    return this.ready ?? empty
  }

  replace(body: Buffer): void {
    this.#whole = body
  }

  isLongerThan(limit: number): boolean | Promise<boolean> {
    if (this.#declared !== undefined) return this.#declared > limit
    return this.#collect(Math.min(limit, this.#maxBytes)).then(() => this.#received > limit)
  }

  #joined(): Buffer {
    const [first = empty] = this.#chunks
    return this.#chunks.length < 2 ? first : Buffer.concat(this.#chunks, this.#received)
  }

  /** Reads until the end, or until more than `limit` bytes have come. */
  #collect(limit: number): Promise<void> {
    const incoming = this.#incoming
    if (this.#hasEnded || this.#received > limit) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        incoming.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
      }
      const onData = (chunk: Buffer): void => {
        this.#chunks.push(chunk)
        this.#received += chunk.length
        if (this.#received <= limit) return
        stop()
        incoming.pause()
        resolve()
      }
      const onEnd = (): void => {
        this.#hasEnded = true
        stop()
        resolve()
      }
      const onClose = (): void => {
        stop()
        reject(new ClientGone())
      }
      if (incoming.destroyed && !incoming.readableEnded) return onClose()
      incoming.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
    })
  }
}

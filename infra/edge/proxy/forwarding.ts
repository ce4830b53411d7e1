import type { Dispatcher } from 'undici'
import { answerHeaders } from './answer-headers.ts'
import { Attempts, HeadTimeout, type AttemptParts } from './attempts.ts'
import { ClientGone } from './request-body.ts'
import { upstreamHeaders, upstreamHost } from './upstream-headers.ts'

/** Methods that are sent once: again only where nothing of the first attempt can have arrived. */
const sentOnce = new Set(['POST', 'PATCH', 'LOCK'])

/** One request on its way to its service, over as many attempts as Kong would make; one object for all of them. */
export class Forwarding extends Attempts implements Dispatcher.DispatchHandler {
  readonly #body: Buffer
  readonly #headers: string[]
  /** Whether this attempt's request has begun to go out. */
  #isSent = false
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false
  /** Runs until the answer's head has come. */
  #headLimit: NodeJS.Timeout | undefined

  constructor(parts: AttemptParts, body: Buffer) {
    super(parts)
    this.#body = body
    this.#headers = upstreamHeaders(parts.answer.exchange)
  }

  /** Makes the first attempt, or the next. */
  attempt(): void {
    const { answer, service, targets } = this.parts
    const peer = this.next()
    if (!peer) return
    this.#isSent = false
    this.#headers[1] = upstreamHost(this.parts, peer)
    const options: Dispatcher.DispatchOptions = {
      method: answer.exchange.request.method,
      path: answer.exchange.upstreamUri,
      headers: this.#headers,
      body: this.#body.length > 0 ? this.#body : null,
      // undici's own is exact to a second only: see onRequestStart.
      headersTimeout: 0,
      bodyTimeout: service.read_timeout,
    }
    targets.poolOf(peer).dispatch(options, this)
  }

  /** The client is gone: nobody waits for the answer. */
  cancel(): void {
    this.#isOver = true
    this.#controller?.abort(new ClientGone())
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#isSent = true
    if (this.#isOver) return controller.abort(new ClientGone())
    this.#headLimit = setTimeout(() => controller.abort(new HeadTimeout()), this.parts.service.read_timeout)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: unknown, reason?: string): void {
    if (status < 200) return
    clearTimeout(this.#headLimit)
    this.succeed(status)
    const { rawHeaders } = controller
    const headers = answerHeaders(Array.isArray(rawHeaders) ? rawHeaders : [])
    this.parts.answer.start(status, reason ?? '', headers, 'service')
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { answer } = this.parts
    if (answer.write(chunk)) return
    controller.pause()
    answer.response.once('drain', () => controller.resume())
  }

  onResponseEnd(): void {
    this.#isOver = true
    this.parts.answer.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#headLimit)
    if (this.#isOver) return
    const { answer } = this.parts
    if (!answer.hasStarted) {
      const mayRepeat = !this.#isSent || !sentOnce.has(answer.exchange.request.method)
      if (this.fail(error, mayRepeat)) return this.attempt()
    } else answer.abort()
    this.#isOver = true
  }
}

import type { Dispatcher } from 'undici'
import { isPassable } from '../planner/pass-through.ts'
import type { CallPolicy } from './call-policy.ts'
import type { Attempt } from './subgraph-agent.ts'
import { SubgraphFailure } from './subgraph-failures.ts'

type ResponseHeaders = Record<string, string | string[] | undefined>

/** What @mercuriusjs/gateway reads of a response; gateway-services.test.ts holds it to that. */
export interface CollectedResponse {
  readonly statusCode: number
  readonly headers: ResponseHeaders
  readonly body: { readonly text: () => string; readonly blob: () => Blob }
}

export type Limits = Pick<CallPolicy, 'headersTimeoutMs' | 'bodyTimeoutMs'>

/** In place of a text that @mercuriusjs/gateway, which parses every answer, need not parse. */
const parsedAtOnce = '{}'

/**
 * Takes one response off its connection as it comes, with no stream in between, and gives it up when a part of it takes
 * too long or nobody waits for it. Settles once, by `resolve` or `reject`.
 */
export class AnswerCollector implements Dispatcher.DispatchHandler {
  readonly #name: string
  readonly #attempt: Attempt
  readonly #limits: Limits
  readonly #resolve: (response: CollectedResponse) => void
  readonly #reject: (reason: unknown) => void
  #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #headers: ResponseHeaders = {}
  #chunks: Buffer[] = []
  /** When the body has to be complete, on the clock of performance.now(); 0 while headers are waited for. */
  #bodyDeadline = 0
  #isSettled = false

  constructor(
    name: string,
    attempt: Attempt,
    limits: Limits,
    resolve: (response: CollectedResponse) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#name = name
    this.#attempt = attempt
    this.#limits = limits
    this.#resolve = resolve
    this.#reject = reject
    const left = Math.max(0, attempt.deadline - performance.now())
    this.#timer = setTimeout(onTime, Math.min(left, limits.headersTimeoutMs), this)
    const { signal } = attempt
    if (signal?.aborted) this.handleEvent()
    else signal?.addEventListener('abort', this)
  }

  /**
   * The client is gone. A method, not a closure in a field: V8 puts a function that is assigned to a property into the old
   * generation at once, where it kept 3.5 kB of every request until the next full collection.
   */
  handleEvent(): void {
    this.giveUp(new SubgraphFailure(this.#name, 'cancelled'))
  }

  giveUp(reason: Error): void {
    if (this.#isSettled) return
    this.#settle()
    this.#controller?.abort(reason)
    this.#reject(reason)
  }

  /** To be called when the timer rings: it is set once, for the headers, and again only where a body is slow. */
  checkTime(): void {
    const left = this.#bodyDeadline - performance.now()
    if (left > 0) this.#timer = setTimeout(onTime, left, this)
    else this.giveUp(new DOMException('no answer in time', 'TimeoutError'))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isSettled) controller.abort(new SubgraphFailure(this.#name, 'cancelled'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number, headers: ResponseHeaders): void {
    this.#attempt.statusCode = statusCode
    this.#headers = headers
    this.#bodyDeadline = Math.min(this.#attempt.deadline, performance.now() + this.#limits.bodyTimeoutMs)
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (this.#isSettled) return
    this.#settle()
    const [first] = this.#chunks
    const bytes = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    const attempt = this.#attempt
    const isPassed = attempt.wantsBytes && !this.#headers['content-encoding'] && isPassable(bytes)
    if (isPassed) attempt.bytes = bytes
    this.#resolve({
      statusCode: attempt.statusCode,
      headers: this.#headers,
      body: { text: () => (isPassed ? parsedAtOnce : bytes.toString()), blob: () => new Blob([new Uint8Array(bytes)]) },
    })
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#isSettled) return
    this.#settle()
    this.#reject(error)
  }

  #settle(): void {
    this.#isSettled = true
    clearTimeout(this.#timer)
    this.#attempt.signal?.removeEventListener('abort', this)
  }
}

function onTime(collector: AnswerCollector): void {
  collector.checkTime()
}

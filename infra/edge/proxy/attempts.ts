import type { ServiceTargets } from '../balancer/balancer.ts'
import type { Peer } from '../balancer/peer.ts'
import type { RouteEntity, ServiceEntity } from '../declarative/entities.ts'
import { errorAnswer } from '../own-answer.ts'
import type { ClientAnswer } from './client-answer.ts'

/** What became of one attempt to reach a service, and what the client is told if it was the last. */
interface Failure {
  readonly status: 502 | 503 | 504
  readonly message: string
  readonly isRetried: boolean
}

const refused: Failure = {
  status: 502,
  message: 'An invalid response was received from the upstream server',
  isRetried: true,
}
const invalid: Failure = { ...refused, isRetried: false }
const timeout: Failure = { status: 504, message: 'The upstream server is timing out', isRetried: true }
const unresolved: Failure = { status: 503, message: 'name resolution failed', isRetried: false }
const noPeer: Failure = { status: 503, message: 'failure to get a peer from the ring-balancer', isRetried: false }

/** The service did not begin its answer in time. */
export class HeadTimeout extends Error {
  override readonly name = 'HeadTimeout'
  readonly code = 'ETIMEDOUT'
}

/** By the codes of errors; a service that cannot be reached for any other reason has refused. */
const failures: Readonly<Record<string, Failure>> = {
  UND_ERR_CONNECT_TIMEOUT: timeout,
  ETIMEDOUT: timeout,
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  EAI_NODATA: unresolved,
  ENODATA: unresolved,
  // The same would happen again.
  UND_ERR_HEADERS_OVERFLOW: invalid,
  UND_ERR_INVALID_ARG: invalid,
  UND_ERR_NOT_SUPPORTED: invalid,
}

function failureOf(error: Error): Failure {
  if (error instanceof AggregateError) return failureOf(error.errors.find((one) => one instanceof Error) ?? new Error())
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return code.startsWith('HPE_') ? invalid : (failures[code] ?? refused)
}

export interface AttemptParts {
  readonly answer: ClientAnswer
  readonly route: RouteEntity
  readonly service: ServiceEntity
  readonly targets: ServiceTargets
}

/** The attempts of one request at its service's targets: whom to ask next, what the balancer and the log get to know. */
export class Attempts {
  protected readonly parts: AttemptParts
  readonly #startedAt = Date.now()
  readonly #tried: Peer[] = []
  #attemptAt = 0

  constructor(parts: AttemptParts) {
    this.parts = parts
  }

  /** Undefined where nobody is left to ask: the client has been told. */
  next(): Peer | undefined {
    const peer = this.parts.targets.upstream.next(this.#tried)
    this.#attemptAt = Date.now()
    if (peer) this.#tried.push(peer)
    else this.#answer(noPeer)
    return peer
  }

  /** The head of an answer has come. */
  succeed(status: number): void {
    const { answer, targets } = this.parts
    answer.exchange.upstreamLatencyMs = Date.now() - this.#startedAt
    const peer = this.#tried.at(-1)
    if (!peer) return
    peer.isResolved = true
    targets.upstream.reportPassive(peer, { kind: 'status', status })
    this.#note(peer, status, false)
  }

  /** Whether to try again, which `mayRepeat` forbids for what must not be sent twice. If not, the client has been told. */
  fail(error: Error, mayRepeat: boolean): boolean {
    const { targets, service } = this.parts
    const failure = failureOf(error)
    const isRepeated = failure.isRetried && mayRepeat && this.#tried.length <= service.retries
    const peer = this.#tried.at(-1)
    if (peer) peer.isResolved = failure !== unresolved
    if (peer?.isResolved) {
      const { status } = failure
      // Of the last attempt Kong reports the status that the client gets.
      const last = isRepeated ? ({ kind: 'refused' } as const) : ({ kind: 'status', status } as const)
      targets.upstream.reportPassive(peer, failure === timeout ? { kind: 'timeout' } : last)
      this.#note(peer, status, isRepeated)
    }
    if (!isRepeated) this.#answer(failure)
    return isRepeated
  }

  /** Kong calls an attempt failed that was followed by another, or that used up the last retry for a 5xx. */
  #note({ host, port }: Peer, status: number, isRepeated: boolean): void {
    const { answer, service } = this.parts
    const { exchange } = answer
    const entry = { ip: host, port, startedAt: this.#attemptAt, latencyMs: Date.now() - this.#attemptAt }
    const hasFailed = isRepeated || (status > 499 && this.#tried.length > service.retries)
    exchange.tries.push(hasFailed ? { ...entry, state: 'failed', code: status } : entry)
    exchange.upstreamStatus += exchange.upstreamStatus === '' ? String(status) : `, ${status}`
  }

  #answer({ status, message }: Failure): void {
    const { answer } = this.parts
    const isFailedCall = status !== 503
    if (isFailedCall) answer.exchange.upstreamLatencyMs = Date.now() - this.#startedAt
    answer.sendOwn(errorAnswer(status, message), isFailedCall)
  }
}

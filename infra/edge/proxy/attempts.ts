import type { Peer } from '../balancer/peer.ts'
import type { Targets, Upstream } from '../balancer/upstream.ts'
import type { RouteEntity, ServiceEntity } from '../declarative/entities.ts'
import { errorAnswer } from '../own-answer.ts'
import type { ClientAnswer } from './client-answer.ts'
import { upstreamHost } from './upstream-headers.ts'

/** What became of one attempt to reach a service, and what the client is told if it was the last. */
interface Failure {
  readonly status: number
  readonly message: string
  readonly isRetried: boolean
}

const invalidResponse = 'An invalid response was received from the upstream server'
const refused: Failure = { status: 502, message: invalidResponse, isRetried: true }
const invalid: Failure = { status: 502, message: invalidResponse, isRetried: false }
const timeout: Failure = { status: 504, message: 'The upstream server is timing out', isRetried: true }
const unresolved: Failure = { status: 503, message: 'name resolution failed', isRetried: false }
const noPeer: Failure = { status: 503, message: 'failure to get a peer from the ring-balancer', isRetried: false }

/** The service did not begin its answer in time. */
export class HeadTimeout extends Error {
  override readonly name = 'HeadTimeout'
  readonly code = 'ETIMEDOUT'
}

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])
/** The same would happen again. */
const notRepeated = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'])
const nameErrors = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'ENODATA'])

function failureOf(error: Error): Failure {
  if (error instanceof AggregateError) return failureOf(error.errors.find((one) => one instanceof Error) ?? new Error())
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (timeouts.has(code)) return timeout
  if (nameErrors.has(code)) return unresolved
  return code.startsWith('HPE_') || notRepeated.has(code) ? invalid : refused
}

export interface AttemptParts {
  readonly answer: ClientAnswer
  readonly route: RouteEntity
  readonly service: ServiceEntity
  readonly targets: Upstream<Targets>
}

/** The attempts of one request at its service's targets: whom to ask next, what the balancer and the log get to know. */
export class Attempts {
  readonly #parts: AttemptParts
  readonly #startedAt = Date.now()
  readonly #tried: Peer[] = []
  #peer: Peer | undefined
  #attemptAt = 0

  constructor(parts: AttemptParts) {
    this.#parts = parts
  }

  /** Undefined where nobody is left to ask: the client has been told. */
  next(): Peer | undefined {
    this.#peer = this.#parts.targets.next(this.#tried)
    this.#attemptAt = Date.now()
    if (this.#peer) this.#tried.push(this.#peer)
    else this.#answer(noPeer)
    return this.#peer
  }

  /** The `Host` for a peer. */
  hostFor(peer: Peer): string {
    const { answer, route, service, targets } = this.#parts
    return upstreamHost(answer.exchange.request, route, service.protocol, targets.entity.host_header, peer)
  }

  /** The head of an answer has come. */
  succeed(status: number): void {
    const { answer, targets } = this.#parts
    answer.exchange.upstreamLatencyMs = Date.now() - this.#startedAt
    if (!this.#peer) return
    this.#peer.isResolved = true
    targets.reportPassive(this.#peer, { kind: 'status', status })
    this.#note(this.#peer, status, false)
  }

  /** Whether to try again, which `mayRepeat` forbids for what must not be sent twice. If not, the client has been told. */
  fail(error: Error, mayRepeat: boolean): boolean {
    const { targets, service } = this.#parts
    const failure = failureOf(error)
    if (this.#peer) {
      this.#peer.isResolved = failure !== unresolved
      targets.reportPassive(this.#peer, { kind: failure === timeout ? 'timeout' : 'refused' })
      this.#note(this.#peer, failure.status, true)
    }
    if (failure.isRetried && mayRepeat && this.#tried.length <= service.retries) return true
    this.#answer(failure)
    return false
  }

  #note({ host, port }: Peer, status: number, hasFailed: boolean): void {
    const { exchange } = this.#parts.answer
    const entry = { ip: host, port, startedAt: this.#attemptAt, latencyMs: Date.now() - this.#attemptAt }
    exchange.tries.push(hasFailed ? { ...entry, state: 'failed', code: status } : entry)
    exchange.upstreamStatus += exchange.upstreamStatus === '' ? String(status) : `, ${status}`
  }

  #answer({ status, message }: Failure): void {
    const { answer } = this.#parts
    const isFailedCall = status !== 503
    if (isFailedCall) answer.exchange.upstreamLatencyMs = Date.now() - this.#startedAt
    answer.sendOwn(errorAnswer(status, message), isFailedCall)
  }
}

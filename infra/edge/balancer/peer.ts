import type { UpstreamEntity } from '../declarative/entities.ts'

/** What one call of a target, or one probe, showed. */
export type Outcome = { readonly kind: 'status'; readonly status: number } | { readonly kind: 'refused' | 'timeout' }

type Limits = Pick<UpstreamEntity['healthchecks']['passive'], 'healthy' | 'unhealthy'>

/** Kong's port of a target that names none. */
const defaultPort = 8000

/** A target: failures in a row take it out, successes in a row bring it back, as Kong counts. */
export class Peer {
  /** As kong.yml has it. */
  readonly target: string
  readonly host: string
  readonly port: number
  readonly weight: number
  /** Whether its name was last found; addresses always are. */
  isResolved = true
  /** For the choice by weight. */
  credit = 0
  #isHealthy = true
  #successes = 0
  #failures = { http: 0, tcp: 0, timeout: 0 }

  constructor({ target, weight }: UpstreamEntity['targets'][number]) {
    const [, host = target, port = defaultPort] = /^(.*?)(?::(\d+))?$/.exec(target) ?? []
    this.target = target
    this.host = host
    this.port = Number(port)
    this.weight = weight
  }

  get isHealthy(): boolean {
    return this.#isHealthy
  }

  /** Counts what happened, by the limits of active or of passive checks; a limit of 0 is none. */
  report(outcome: Outcome, { healthy, unhealthy }: Limits): void {
    if (outcome.kind !== 'status') {
      if (outcome.kind === 'refused') this.#fail('tcp', unhealthy.tcp_failures)
      else this.#fail('timeout', unhealthy.timeouts)
    } else if (healthy.http_statuses.includes(outcome.status)) this.#succeed(healthy.successes)
    else if (unhealthy.http_statuses.includes(outcome.status)) this.#fail('http', unhealthy.http_failures)
  }

  #succeed(limit: number): void {
    if (limit === 0) return
    this.#failures = { http: 0, tcp: 0, timeout: 0 }
    this.#successes++
    if (this.#successes >= limit) this.#isHealthy = true
  }

  #fail(kind: 'http' | 'tcp' | 'timeout', limit: number): void {
    if (limit === 0) return
    this.#successes = 0
    this.#failures[kind]++
    if (this.#failures[kind] >= limit) this.#isHealthy = false
  }
}

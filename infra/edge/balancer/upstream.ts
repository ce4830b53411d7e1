import type { UpstreamEntity } from '../declarative/entities.ts'
import { createPeer, nextByWeight, type Peer } from './peer.ts'
import type { Outcome } from './target-health.ts'

export type TargetState = 'HEALTHCHECKS_OFF' | 'HEALTHY' | 'UNHEALTHY' | 'DNS_ERROR'

/** An upstream at work: which of its targets is next, and which are well. */
export class Upstream {
  readonly entity: UpstreamEntity
  readonly peers: readonly Peer[]
  readonly #usable: readonly Peer[]
  readonly #totalWeight: number
  readonly #isChecked: boolean

  constructor(entity: UpstreamEntity) {
    this.entity = entity
    this.peers = entity.targets.map(({ target, weight }) => createPeer(target, weight))
    this.#usable = this.peers.filter(({ weight }) => weight > 0)
    this.#totalWeight = this.#usable.reduce((sum, { weight }) => sum + weight, 0)
    this.#isChecked = isChecked(entity)
  }

  /** The next healthy target by weight, another than those tried already where there is one. */
  next(tried: readonly Peer[]): Peer | undefined {
    const healthy = this.#usable.every(({ health }) => health.isHealthy)
      ? this.#usable
      : this.#usable.filter(({ health }) => health.isHealthy)
    if (healthy.length === 0 || this.#isBelowThreshold(healthy)) return undefined
    if (tried.length === 0) return nextByWeight(healthy)
    const fresh = healthy.filter((peer) => !tried.includes(peer))
    return nextByWeight(fresh.length > 0 ? fresh : healthy)
  }

  /** Counts what a client's request showed. */
  reportPassive(peer: Peer, outcome: Outcome): void {
    peer.health.report(outcome, this.entity.healthchecks.passive)
  }

  reportActive(peer: Peer, outcome: Outcome): void {
    peer.health.report(outcome, this.entity.healthchecks.active)
  }

  stateOf({ isResolved, health }: Peer): TargetState {
    if (!isResolved) return 'DNS_ERROR'
    if (!this.#isChecked) return 'HEALTHCHECKS_OFF'
    return health.isHealthy ? 'HEALTHY' : 'UNHEALTHY'
  }

  #isBelowThreshold(healthy: readonly Peer[]): boolean {
    const { threshold } = this.entity.healthchecks
    if (threshold === 0) return false
    const weight = healthy.reduce((sum, peer) => sum + peer.weight, 0)
    return (weight / this.#totalWeight) * 100 < threshold
  }
}

function isChecked({ healthchecks: { active, passive } }: UpstreamEntity): boolean {
  const { healthy, unhealthy } = passive
  const counts = [healthy.successes, unhealthy.http_failures, unhealthy.tcp_failures, unhealthy.timeouts]
  return active.healthy.interval > 0 || active.unhealthy.interval > 0 || counts.some((count) => count > 0)
}

import type { UpstreamEntity } from '../declarative/entities.ts'
import { Peer, type Outcome } from './peer.ts'

export const targetStates = ['HEALTHCHECKS_OFF', 'HEALTHY', 'UNHEALTHY', 'DNS_ERROR'] as const

/** An upstream at work: which of its targets is next, and which are well. */
export class Upstream {
  readonly entity: UpstreamEntity
  readonly peers: readonly Peer[]
  readonly #usable: readonly Peer[]
  readonly #isChecked: boolean

  constructor(entity: UpstreamEntity) {
    this.entity = entity
    this.peers = entity.targets.map((target) => new Peer(target))
    this.#usable = this.peers.filter(({ weight }) => weight > 0)
    this.#isChecked = isChecked(entity)
  }

  /** The next healthy target by weight, another than those tried already where there is one. */
  next(tried: readonly Peer[]): Peer | undefined {
    const areAll = this.#usable.every(({ isHealthy }) => isHealthy)
    const healthy = areAll ? this.#usable : this.#usable.filter(({ isHealthy }) => isHealthy)
    if (weightOf(healthy) / weightOf(this.#usable) < this.entity.healthchecks.threshold / 100) return undefined
    const fresh = tried.length === 0 ? healthy : healthy.filter((peer) => !tried.includes(peer))
    return nextByWeight(fresh.length > 0 ? fresh : healthy)
  }

  /** Counts what a client's request showed. */
  reportPassive(peer: Peer, outcome: Outcome): void {
    peer.report(outcome, this.entity.healthchecks.passive)
  }

  reportActive(peer: Peer, outcome: Outcome): void {
    peer.report(outcome, this.entity.healthchecks.active)
  }

  stateOf({ isResolved, isHealthy }: Peer): (typeof targetStates)[number] {
    if (!isResolved) return 'DNS_ERROR'
    if (!this.#isChecked) return 'HEALTHCHECKS_OFF'
    return isHealthy ? 'HEALTHY' : 'UNHEALTHY'
  }
}

function isChecked({ healthchecks: { active, passive } }: UpstreamEntity): boolean {
  const { healthy, unhealthy } = passive
  const counts = [healthy.successes, unhealthy.http_failures, unhealthy.tcp_failures, unhealthy.timeouts]
  return active.healthy.interval > 0 || active.unhealthy.interval > 0 || counts.some((count) => count > 0)
}

function weightOf(peers: readonly Peer[]): number {
  return peers.reduce((sum, { weight }) => sum + weight, 0)
}

/**
 * The next of several by weight: of any run as long as the sum of the weights, each gets its exact share, spread evenly.
 * Changes their credits; undefined where there is none.
 */
function nextByWeight(peers: readonly Peer[]): Peer | undefined {
  for (const peer of peers) peer.credit += peer.weight
  const next = peers.reduce<Peer | undefined>(
    (best, peer) => (best && best.credit >= peer.credit ? best : peer),
    undefined,
  )
  if (next) next.credit -= weightOf(peers)
  return next
}

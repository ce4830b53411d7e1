import type { EdgeConfiguration, ServiceEntity } from '../declarative/entities.ts'
import { startActiveChecks } from './active-checks.ts'
import { createPeer, type Peer } from './peer.ts'
import type { Outcome } from './target-health.ts'
import { Upstream } from './upstream.ts'

/** Chooses where a service's next call goes. */
export interface ServiceTargets {
  /** Undefined where a service names an address and no upstream. */
  readonly upstream: Upstream | undefined
  next(tried: readonly Peer[]): Peer | undefined
  report(peer: Peer, outcome: Outcome): void
}

/** Finds targets for services, by the upstream that a service's host names or by the host itself. */
export class Balancer {
  readonly upstreams: readonly Upstream[]
  readonly #byService = new Map<ServiceEntity, ServiceTargets>()
  #checks: ReadonlyArray<{ stop(): void }> = []

  constructor({ services, upstreams }: Pick<EdgeConfiguration, 'services' | 'upstreams'>) {
    this.upstreams = upstreams.map((entity) => new Upstream(entity))
    const byName = new Map(this.upstreams.map((upstream) => [upstream.entity.name, upstream]))
    for (const service of services) this.#byService.set(service, targetsOf(service, byName.get(service.host)))
  }

  of(service: ServiceEntity): ServiceTargets {
    const targets = this.#byService.get(service)
    if (!targets) throw new Error(`service ${service.name} is not of this configuration`)
    return targets
  }

  start(): void {
    this.#checks = this.upstreams.map(startActiveChecks)
  }

  stop(): void {
    for (const check of this.#checks) check.stop()
  }
}

function targetsOf({ host, port }: ServiceEntity, upstream: Upstream | undefined): ServiceTargets {
  if (upstream) {
    return {
      upstream,
      next: (tried) => upstream.next(tried),
      report: (peer, outcome) => upstream.reportPassive(peer, outcome),
    }
  }
  const peer = { ...createPeer(host, 1), host, port }
  return { upstream, next: () => peer, report: () => {} }
}

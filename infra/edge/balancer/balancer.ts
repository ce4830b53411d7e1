import { briefIdling } from '@movieverse/service/brief-idling.ts'
import { Pool } from 'undici'
import { collections, type EdgeConfiguration, type ServiceEntity } from '../declarative/entities.ts'
import { startActiveChecks } from './active-checks.ts'
import type { Peer } from './peer.ts'
import { Upstream } from './upstream.ts'

/** A service's targets, and its own connections to each of them, kept open between requests. */
export class ServiceTargets {
  readonly upstream: Upstream
  readonly #service: ServiceEntity
  readonly #pools = new Map<Peer, Pool>()

  constructor(service: ServiceEntity, upstream: Upstream) {
    this.#service = service
    this.upstream = upstream
  }

  poolOf(peer: Peer): Pool {
    let pool = this.#pools.get(peer)
    if (!pool) {
      const { protocol, connect_timeout: timeout } = this.#service
      const options = { pipelining: 1, allowH2: false, connect: { timeout }, ...briefIdling }
      this.#pools.set(peer, (pool = new Pool(`${protocol}://${peer.host}:${peer.port}`, options)))
    }
    return pool
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()))
  }
}

/** Finds targets for services, by the upstream that a service's host names or by the host itself. */
export class Balancer {
  readonly upstreams: readonly Upstream[]
  readonly #byService: ReadonlyMap<ServiceEntity, ServiceTargets>
  #checks: ReadonlyArray<{ stop(): void }> = []

  constructor({ services, upstreams }: Pick<EdgeConfiguration, 'services' | 'upstreams'>) {
    this.upstreams = upstreams.map((entity) => new Upstream(entity))
    const byName = new Map(this.upstreams.map((upstream) => [upstream.entity.name, upstream]))
    const targetsOf = (service: ServiceEntity): ServiceTargets =>
      new ServiceTargets(service, byName.get(service.host) ?? alone(service))
    this.#byService = new Map(services.map((service) => [service, targetsOf(service)]))
  }

  of(service: ServiceEntity): ServiceTargets {
    const targets = this.#byService.get(service)
    if (!targets) throw new Error(`service ${service.name} is not of this configuration`)
    return targets
  }

  start(): void {
    this.#checks = this.upstreams.map(startActiveChecks)
  }

  async close(): Promise<void> {
    for (const check of this.#checks) check.stop()
    await Promise.all([...this.#byService.values()].map((targets) => targets.close()))
  }
}

/** The upstream of a service that names an address: one target, and no checks. */
function alone({ id, host, port }: ServiceEntity): Upstream {
  const targets = [{ target: `${host}:${port}` }]
  return new Upstream({ ...collections.upstreams.schema.parse({ name: 'alone', targets }), id })
}

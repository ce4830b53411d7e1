import { collections, type EdgeConfiguration, type ServiceEntity } from '../declarative/entities.ts'
import { startActiveChecks } from './active-checks.ts'
import { Upstream, type Targets } from './upstream.ts'

/** Finds targets for services, by the upstream that a service's host names or by the host itself. */
export class Balancer {
  readonly upstreams: readonly Upstream[]
  readonly #byService = new Map<ServiceEntity, Upstream<Targets>>()
  #checks: ReadonlyArray<{ stop(): void }> = []

  constructor({ services, upstreams }: Pick<EdgeConfiguration, 'services' | 'upstreams'>) {
    this.upstreams = upstreams.map((entity) => new Upstream(entity))
    const byName = new Map(this.upstreams.map((upstream) => [upstream.entity.name, upstream]))
    for (const service of services) this.#byService.set(service, byName.get(service.host) ?? alone(service))
  }

  of(service: ServiceEntity): Upstream<Targets> {
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

/** The upstream of a service that names an address: one target, and no checks. */
function alone({ host, port }: ServiceEntity): Upstream<Targets> {
  const { schema } = collections.upstreams
  return new Upstream(schema.parse({ name: 'alone', targets: [{ target: `${host}:${port}` }] }))
}

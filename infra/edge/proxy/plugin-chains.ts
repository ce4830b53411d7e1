import type { ConsumerEntity, PluginEntity, RouteEntity } from '../declarative/entities.ts'
import type { EdgeParts, PluginKind, PluginPhases } from '../plugin.ts'

/** Plugins of this priority and above run before or while a consumer is found: no consumer's instance replaces theirs. */
const lastAuthentication = 1250

export interface AccessStep {
  readonly name: string
  readonly priority: number
  readonly run: NonNullable<PluginPhases['access']>
}

/** What runs for one route and one consumer, in the order of Kong's priorities. */
export interface PluginChain {
  readonly consumer: ConsumerEntity | undefined
  readonly access: readonly AccessStep[]
  readonly headers: ReadonlyArray<NonNullable<PluginPhases['headers']>>
  readonly log: ReadonlyArray<NonNullable<PluginPhases['log']>>
}

interface Instance {
  readonly entity: PluginEntity
  readonly kind: Pick<PluginKind, 'name' | 'priority'>
  readonly phases: PluginPhases
}

/** The chains of a configuration: made when first asked for, and kept. */
export class PluginChains {
  readonly #instances: readonly Instance[]
  readonly #names: readonly string[]
  /** For requests without a route: global plugins. */
  readonly unmatched: PluginChain
  readonly #byRoute = new Map<RouteEntity, Map<ConsumerEntity | undefined, PluginChain>>()

  constructor(plugins: readonly PluginEntity[], kinds: readonly PluginKind[], edge: EdgeParts) {
    const byName = new Map(kinds.map((kind) => [kind.name, kind]))
    this.#instances = plugins
      .filter(({ enabled }) => enabled)
      .flatMap((entity) => {
        const kind = byName.get(entity.name)
        return kind ? [{ entity, kind, phases: create(kind, entity, edge) }] : []
      })
      .toSorted((a, b) => b.kind.priority - a.kind.priority)
    this.#names = [...new Set(this.#instances.map(({ kind }) => kind.name))]
    this.unmatched = this.#build(undefined, undefined)
  }

  of(route: RouteEntity, consumer: ConsumerEntity | undefined): PluginChain {
    let ofRoute = this.#byRoute.get(route)
    if (!ofRoute) this.#byRoute.set(route, (ofRoute = new Map()))
    let chain = ofRoute.get(consumer)
    if (!chain) ofRoute.set(consumer, (chain = this.#build(route, consumer)))
    return chain
  }

  async close(): Promise<void> {
    await Promise.all(this.#instances.map(async ({ phases }) => phases.close?.()))
  }

  #build(route: RouteEntity | undefined, consumer: ConsumerEntity | undefined): PluginChain {
    const chosen = this.#names.flatMap((name) => this.#mostSpecific(name, route, consumer) ?? [])
    return {
      consumer,
      access: chosen.flatMap(({ kind, phases }) => {
        const run = phases.access?.bind(phases)
        return run ? [{ name: kind.name, priority: kind.priority, run }] : []
      }),
      headers: chosen.flatMap(({ phases }) => phases.headers?.bind(phases) ?? []),
      log: chosen.flatMap(({ phases }) => phases.log?.bind(phases) ?? []),
    }
  }

  #mostSpecific(name: string, route?: RouteEntity, consumer?: ConsumerEntity): Instance | undefined {
    let best: Instance | undefined
    let bestRank = -1
    for (const instance of this.#instances) {
      if (instance.kind.name !== name) continue
      const seen = instance.kind.priority >= lastAuthentication ? undefined : consumer
      const rank = rankOf(instance.entity, route, seen)
      if (rank > bestRank) [best, bestRank] = [instance, rank]
    }
    return best
  }
}

function create(kind: PluginKind, entity: PluginEntity, edge: EdgeParts): PluginPhases {
  // `as`: the file was read with this kind's own schema.
  return kind.create(entity.config as never, edge, {
    id: entity.id,
    name: entity.name,
    serviceId: entity.service?.id,
    routeId: entity.route?.id,
    consumerId: entity.consumer?.id,
  })
}

/**
 * How specific an instance is, -1 where it does not apply. Kong's order is: route, service and consumer; route and
 * consumer; service and consumer; route and service; consumer; route; service; global.
 */
function rankOf({ route, service, consumer }: PluginEntity, asked?: RouteEntity, by?: ConsumerEntity): number {
  if (route && route !== asked) return -1
  if (service && service !== asked?.service) return -1
  if (consumer && consumer !== by) return -1
  const parts = Number(route !== undefined) + Number(service !== undefined) + Number(consumer !== undefined)
  return (
    parts * 8 + Number(consumer !== undefined) * 4 + Number(route !== undefined) * 2 + Number(service !== undefined)
  )
}

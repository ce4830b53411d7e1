import type { ConsumerEntity, PluginEntity, RouteEntity } from '../declarative/entities.ts'
import type { Exchange } from '../exchange.ts'
import type { MaybeAnswer } from '../own-answer.ts'
import type { EdgeParts, PluginKind, PluginPhases } from '../plugin.ts'

/** Plugins of this priority and above run before or while a consumer is found: no consumer's instance replaces theirs. */
const lastAuthentication = 1250

interface AccessStep {
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
  readonly priority: number
  readonly phases: PluginPhases
}

/** The chains of a configuration: made when first asked for, and kept. */
export class PluginChains {
  /** By the name of their kind, in the order of priorities. */
  readonly #instances: ReadonlyMap<string, readonly Instance[]>
  /** For requests without a route: global plugins. */
  readonly unmatched: PluginChain
  readonly #byRoute = new Map<RouteEntity, Map<ConsumerEntity | undefined, PluginChain>>()

  constructor(plugins: readonly PluginEntity[], kinds: readonly PluginKind[], edge: EdgeParts) {
    const inOrder = kinds.toSorted((a, b) => b.priority - a.priority)
    this.#instances = new Map(
      inOrder.map((kind) => {
        const own = plugins.filter(({ name, enabled }) => enabled && name === kind.name)
        const { name, priority } = kind
        return [name, own.map((entity) => ({ entity, priority, phases: kind.create(entity.config, edge) }))]
      }),
    )
    this.unmatched = this.#build(undefined, undefined)
  }

  of(route: RouteEntity, consumer: ConsumerEntity | undefined): PluginChain {
    let ofRoute = this.#byRoute.get(route)
    if (!ofRoute) this.#byRoute.set(route, (ofRoute = new Map()))
    let chain = ofRoute.get(consumer)
    if (!chain) ofRoute.set(consumer, (chain = this.#build(route, consumer)))
    return chain
  }

  /**
   * Runs the access phases of a matched request, from the priorities below one. Once authentication has found a consumer,
   * the rest is that of the consumer. An answer ends it. A promise is made only where a plugin makes one.
   */
  runAccess(exchange: Exchange, route: RouteEntity, below = Infinity): MaybeAnswer {
    let chain = this.of(route, exchange.consumer)
    let index = firstBelow(chain, below)
    for (let step = chain.access[index]; step; step = chain.access[index]) {
      const { priority } = step
      const answer = step.run(exchange)
      if (answer instanceof Promise) {
        return answer.then((settled) => settled ?? this.runAccess(exchange, route, priority))
      }
      if (answer) return answer
      if (exchange.consumer === chain.consumer) index++
      else {
        chain = this.of(route, exchange.consumer)
        index = firstBelow(chain, priority)
      }
    }
    return undefined
  }

  async close(): Promise<void> {
    const all = [...this.#instances.values()].flat()
    await Promise.all(all.map(async ({ phases }) => phases.close?.()))
  }

  #build(route: RouteEntity | undefined, consumer: ConsumerEntity | undefined): PluginChain {
    const chosen = [...this.#instances.values()].flatMap((own) => mostSpecific(own, route, consumer) ?? [])
    return {
      consumer,
      access: chosen.flatMap(({ priority, phases }) => {
        const run = phases.access?.bind(phases)
        return run ? [{ priority, run }] : []
      }),
      headers: chosen.flatMap(({ phases }) => phases.headers?.bind(phases) ?? []),
      log: chosen.flatMap(({ phases }) => phases.log?.bind(phases) ?? []),
    }
  }
}

function firstBelow({ access }: PluginChain, priority: number): number {
  const index = access.findIndex((step) => step.priority < priority)
  return index < 0 ? access.length : index
}

function mostSpecific(
  instances: readonly Instance[],
  route: RouteEntity | undefined,
  consumer: ConsumerEntity | undefined,
): Instance | undefined {
  let best: Instance | undefined
  let bestRank = -1
  for (const instance of instances) {
    const rank = rankOf(instance.entity, route, instance.priority >= lastAuthentication ? undefined : consumer)
    if (rank > bestRank) [best, bestRank] = [instance, rank]
  }
  return best
}

/**
 * How specific an instance is, -1 where it does not apply. Kong's order is: route, service and consumer; route and
 * consumer; service and consumer; route and service; consumer; route; service; global.
 */
function rankOf({ route, service, consumer }: PluginEntity, asked?: RouteEntity, by?: ConsumerEntity): number {
  if (route && route !== asked) return -1
  if (service && service !== asked?.service) return -1
  if (consumer && consumer !== by) return -1
  const [ofConsumer, ofRoute, ofService] = [consumer, route, service].map((scope) => (scope ? 1 : 0))
  return Number(ofConsumer) * 12 + Number(ofRoute) * 10 + Number(ofService) * 9
}

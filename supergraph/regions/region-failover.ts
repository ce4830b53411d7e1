import { regions } from '@movieverse/regions/regions.ts'
import type { SubgraphAnswer } from '../planner/execute.ts'
import type { ResilientService, ServiceCall } from '../services/resilient-service.ts'
import type { ServiceMetrics } from '../services/service-metrics.ts'
import { SubgraphFailure, type FailureKind } from '../services/subgraph-failures.ts'

/** A call that another region's service gets. */
export interface RegionFailover {
  /** The region's ISO code. */
  readonly region: string
  /** Its own service, and the one that is asked instead. */
  readonly from: string
  readonly to: string
}

export type OnFailover = (failover: RegionFailover) => void

/**
 * Calls a region's service, or another region's in its stead. Rejects with the home service's SubgraphFailure. The call is
 * its own from then on.
 */
export type CallRegion = (
  home: ResilientService,
  call: ServiceCall,
  onFailover: OnFailover | undefined,
) => Promise<SubgraphAnswer>

/** What another service may mend: this one is down, hangs, or is not asked since it was. Its refusals are everybody's. */
const mended: ReadonlySet<FailureKind> = new Set<FailureKind>(['unreachable', 'timeout', 'failing', 'refused'])

const codeOf = new Map(regions.map(({ slug, code }) => [slug, code]))

/** Whether a subgraph is a region's service. */
export function isRegionService(name: string): boolean {
  return codeOf.has(name)
}

/**
 * All region services have one schema, answer for any region, and are always told which, so a query that one of them does
 * not answer goes to the others, each once, those that fail anyway left out. Not for mutations.
 */
export function createRegionFailover(
  services: readonly ResilientService[],
  metrics: Pick<ServiceMetrics, 'failedOver'>,
): CallRegion {
  let turn = 0
  const othersOf = (home: ResilientService): ResilientService[] => {
    const others = services.filter((service) => service !== home && !service.breaker.isRefusing)
    const start = others.length > 1 ? turn++ % others.length : 0
    return [...others.slice(start), ...others.slice(0, start)]
  }
  const goElsewhere = async (
    failure: unknown,
    home: ResilientService,
    call: ServiceCall,
    onFailover: OnFailover | undefined,
  ): Promise<SubgraphAnswer> => {
    for (const other of isMended(failure) ? othersOf(home) : []) {
      if (call.signal?.aborted || performance.now() >= call.deadline) break
      const region = codeOf.get(home.name) ?? ''
      metrics.failedOver(region, other.name)
      onFailover?.({ region, from: home.name, to: other.name })
      try {
        return await other.call({ ...call, mayRetry: false })
      } catch (error) {
        if (!(error instanceof SubgraphFailure)) throw error
      }
    }
    throw failure
  }
  return (home, call, onFailover) => {
    // Another service is a better second try than the same again; the same where there is no other.
    if (!services.some((service) => service !== home && !service.breaker.isRefusing)) return home.call(call)
    call.mayRetry = false
    return home.call(call).catch((failure: unknown) => goElsewhere(failure, home, call, onFailover))
  }
}

function isMended(failure: unknown): boolean {
  return failure instanceof SubgraphFailure && mended.has(failure.kind)
}

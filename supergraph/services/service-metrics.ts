import type { Meters } from '@movieverse/service/metrics.ts'
import type { Breaker } from './breaker.ts'

/** What is counted of calls of subgraphs. */
export interface ServiceMetrics {
  /** One request and what came of it: `ok`, or a kind of failure. */
  requested(service: string, outcome: string, seconds: number): void
  retried(service: string): void
  /** Sent to another URL of the same service. */
  moved(service: string): void
  /** Refused, since too many calls wait. */
  crowded(service: string): void
  /** Asked another region's service about a region. */
  failedOver(region: string, service: string): void
}

interface MeasuredService {
  readonly name: string
  readonly breaker: Breaker
}

/** Makes the metrics in an app's registry, once. */
export function createServiceMetrics(meters: Meters, services: () => Iterable<MeasuredService>): ServiceMetrics {
  const requests = meters.histogram({
    name: 'movieverse_subgraph_request_duration_seconds',
    help: 'Requests to subgraphs by what came of them.',
    labelNames: ['service', 'outcome'],
  })
  const retries = meters.counter({
    name: 'movieverse_subgraph_retries_total',
    help: 'Queries that were sent to a subgraph a second time.',
    labelNames: ['service'],
  })
  const moves = meters.counter({
    name: 'movieverse_subgraph_url_failovers_total',
    help: 'Requests that went to another URL of their subgraph because one could not be reached.',
    labelNames: ['service'],
  })
  const rejections = meters.counter({
    name: 'movieverse_subgraph_bulkhead_rejections_total',
    help: 'Calls that were refused because too many wait for the subgraph.',
    labelNames: ['service'],
  })
  const failovers = meters.counter({
    name: 'movieverse_region_failovers_total',
    help: 'Calls for a region that went to the service of another region.',
    labelNames: ['region', 'service'],
  })
  meters.gauges(
    {
      name: 'movieverse_subgraph_breaker_state',
      help: 'Breaker of a subgraph: 0 closed, 1 half-open, 2 open.',
      labelNames: ['service'],
    },
    () => [...services()].map(({ name, breaker }) => [{ service: name }, breaker.state] as const),
  )
  return {
    requested: (service, outcome, seconds) => requests.observe({ service, outcome }, seconds),
    retried: (service) => retries.inc({ service }),
    moved: (service) => moves.inc({ service }),
    crowded: (service) => rejections.inc({ service }),
    failedOver: (region, service) => failovers.inc({ region, service }),
  }
}

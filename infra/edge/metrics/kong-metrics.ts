import { writeMetrics, type Metric } from './exposition.ts'
import { createRouteSeries, type RouteSeries } from './route-series.ts'

/** States of a target as Kong names them. */
export const targetStates = ['healthchecks_off', 'healthy', 'unhealthy', 'dns_error'] as const
export type TargetState = (typeof targetStates)[number]

export interface TargetHealth {
  readonly upstream: string
  /** As kong.yml has it, `host:port`. */
  readonly target: string
  /** `ip:port`; empty where the name is not known. */
  readonly address: string
  readonly state: TargetState
}

/** Kong's names for what nginx counts of connections. */
export interface ConnectionCounts {
  readonly accepted: number
  readonly handled: number
  readonly active: number
  readonly reading: number
  readonly writing: number
  readonly waiting: number
  readonly total: number
}

/** What the edge knows and the metrics show. */
export interface MetricSources {
  readonly nodeId: string
  /** Kong's, whose behaviour this is. */
  readonly version: string
  targets(): Iterable<TargetHealth>
  connections(): ConnectionCounts
  /** Requests so far. */
  requests(): number
  isDatastoreReachable(): boolean | Promise<boolean>
}

/** Kong's metrics of this process. */
export interface KongMetrics extends Pick<RouteSeries, 'count'> {
  readonly contentType: string
  /** Shows the health of targets from now on (a prometheus plugin asks for it). */
  showTargets(): void
  /** Prometheus' text format. */
  render(): Promise<string>
}

/**
 * Kong's metrics with Kong's names and labels. Those of nginx' shared memory are left out: there is none here.
 */
export function createKongMetrics(sources: MetricSources): KongMetrics {
  const series = createRouteSeries()
  let hasTargets = false
  return {
    contentType: 'text/plain; charset=UTF-8',
    count: (sample, flags) => series.count(sample, flags),
    showTargets() {
      hasTargets = true
    },
    async render() {
      const isReachable = await sources.isDatastoreReachable()
      return writeMetrics([
        ...series.metrics(),
        ...nodeMetrics(sources, isReachable),
        ...(hasTargets ? [targetMetric(sources)] : []),
      ])
    },
  }
}

function nodeMetrics(sources: MetricSources, isReachable: boolean): Metric[] {
  const { nodeId: node_id, version } = sources
  const states = Object.entries(sources.connections())
  const heap = process.memoryUsage().heapUsed
  return [
    gauge('kong_datastore_reachable', 'Whether the datastore can be reached: 0 is no', [[{}, isReachable ? 1 : 0]]),
    gauge('kong_node_info', 'The node and its version', [[{ node_id, version }, 1]]),
    gauge(
      'kong_nginx_connections_total',
      'Connections by state',
      states.map(([state, count]) => [{ node_id, subsystem: 'http', state }, count]),
    ),
    gauge('kong_nginx_requests_total', 'Requests so far', [[{ node_id, subsystem: 'http' }, sources.requests()]]),
    gauge('kong_nginx_timers', 'Timers by state', [
      [{ state: 'running' }, process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length],
      [{ state: 'pending' }, 0],
    ]),
    gauge('kong_memory_workers_lua_vms_bytes', "Bytes in use on the worker's heap", [
      [{ node_id, pid: String(process.pid), kong_subsystem: 'http' }, heap],
    ]),
    {
      name: 'kong_nginx_metric_errors_total',
      type: 'counter',
      help: 'Errors in the making of metrics',
      samples: [{ labels: {}, value: 0 }],
    },
  ]
}

/** One sample for each state, 1 for the one that holds. */
function targetMetric(sources: MetricSources): Metric {
  const values = [...sources.targets()].flatMap(({ state: actual, upstream, target, address }) =>
    targetStates.map((state): Value => [
      { upstream, target, address, state, subsystem: 'http' },
      state === actual ? 1 : 0,
    ]),
  )
  return gauge('kong_upstream_target_health', 'Health of the targets of upstreams, 1 for the state that holds', values)
}

type Value = readonly [labels: Readonly<Record<string, string>>, value: number]

function gauge(name: string, help: string, values: readonly Value[]): Metric {
  return { name, type: 'gauge', help, samples: values.map(([labels, value]) => ({ labels, value })) }
}

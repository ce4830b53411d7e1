import { randomUUID } from 'node:crypto'
import { targetStates, type Upstream } from '../balancer/upstream.ts'
import type { RouteEntity } from '../declarative/entities.ts'
import type { Exchange } from '../exchange.ts'
import { labelsOf, writeMetrics, type Metric, type Sample } from './exposition.ts'
import { RouteCounts, type MetricFlags } from './route-counts.ts'

/** What nginx counts of connections, as far as the edge knows it. */
export interface ConnectionCounts {
  readonly accepted: number
  readonly active: number
  readonly totalRequests: number
}

/** The same under nginx's names. */
export function nginxCounts({ accepted, active, totalRequests: total }: ConnectionCounts): {
  readonly states: Readonly<Record<string, number>>
  readonly total: number
} {
  return { states: { accepted, handled: accepted, active, reading: 0, writing: active, waiting: 0 }, total }
}

/** What the edge knows and the metrics show. */
export interface MetricSources {
  readonly upstreams: readonly Upstream[]
  readonly connections: ConnectionCounts
  readonly isDatabaseReachable: () => Promise<boolean>
}

/**
 * Kong's metrics of this process with Kong's names and labels. Those of nginx' shared memory are left out: there is none
 * here.
 */
export class KongMetrics {
  readonly #sources: MetricSources
  readonly #node = { node_id: randomUUID() }
  readonly #routes = new Map<RouteEntity, RouteCounts>()
  #hasTargets = false

  constructor(sources: MetricSources) {
    this.#sources = sources
  }

  /** Counts an exchange that has a service. */
  count(exchange: Exchange, flags: MetricFlags): void {
    const { route, service } = exchange
    if (!route || !service) return
    let counts = this.#routes.get(route)
    if (!counts) this.#routes.set(route, (counts = new RouteCounts(service.name, route.name)))
    counts.count(exchange, flags)
  }

  /** Shows the health of targets from now on (a prometheus plugin asks for it). */
  showTargets(): void {
    this.#hasTargets = true
  }

  /** Prometheus' text format. */
  async render(): Promise<string> {
    const isReachable = await this.#sources.isDatabaseReachable()
    return writeMetrics([
      ...this.#ofRoutes(),
      gauge('kong_datastore_reachable', 'Whether the datastore can be reached: 0 is no', [['', Number(isReachable)]]),
      ...this.#ofNode(),
      ...(this.#hasTargets ? [this.#ofTargets()] : []),
    ])
  }

  #ofRoutes(): Metric[] {
    const all = [...this.#routes.values()]
    const latencies = (kind: 'request' | 'upstream' | 'kong', help: string): Metric => {
      const samples = all.flatMap((counts) => counts.latencies(kind))
      return { name: `kong_${kind}_latency_ms`, type: 'histogram', help, samples }
    }
    return [
      {
        name: 'kong_http_requests_total',
        type: 'counter',
        help: 'HTTP status codes per consumer, service and route in Kong',
        samples: all.flatMap((counts) => counts.requests()),
      },
      {
        name: 'kong_bandwidth_bytes',
        type: 'counter',
        help: 'Bytes through Kong per consumer, service and route, either way',
        samples: all.flatMap((counts) => counts.bandwidth()),
      },
      latencies('request', 'Milliseconds from the first byte of a request to the last of its answer'),
      latencies('upstream', 'Milliseconds that the upstream took to answer'),
      latencies('kong', 'Milliseconds that Kong and its plugins added'),
    ]
  }

  #ofNode(): Metric[] {
    const { states, total } = nginxCounts(this.#sources.connections)
    const http = { ...this.#node, subsystem: 'http' }
    const connections = Object.entries({ ...states, total }).map(([state, count]): Sample => [
      labelsOf({ ...http, state }),
      count,
    ])
    const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const heap = labelsOf({ ...this.#node, pid: String(process.pid), kong_subsystem: 'http' })
    return [
      gauge('kong_node_info', 'The node and its version', [[labelsOf({ ...this.#node, version: '3.9.3' }), 1]]),
      gauge('kong_nginx_connections_total', 'Connections by state', connections),
      gauge('kong_nginx_requests_total', 'Requests so far', [[labelsOf(http), total]]),
      gauge('kong_nginx_timers', 'Timers by state', [
        ['state="running"', timers],
        ['state="pending"', 0],
      ]),
      gauge('kong_memory_workers_lua_vms_bytes', "Bytes in use on the worker's heap", [
        [heap, process.memoryUsage().heapUsed],
      ]),
      {
        name: 'kong_nginx_metric_errors_total',
        type: 'counter',
        help: 'Errors in the making of metrics',
        samples: [['', 0]],
      },
    ]
  }

  /** One sample for each state, 1 for the one that holds. */
  #ofTargets(): Metric {
    const samples = this.#sources.upstreams.flatMap((upstream) =>
      upstream.peers.flatMap((peer) => {
        const address = peer.isResolved ? `${peer.host}:${peer.port}` : ''
        const place = { upstream: upstream.entity.name, target: peer.target, address }
        const actual = upstream.stateOf(peer)
        return targetStates.map((state): Sample => {
          const labels = { ...place, state: state.toLowerCase(), subsystem: 'http' }
          return [labelsOf(labels), Number(state === actual)]
        })
      }),
    )
    return gauge(
      'kong_upstream_target_health',
      'Health of the targets of upstreams, 1 for the state that holds',
      samples,
    )
  }
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'gauge', help, samples }
}

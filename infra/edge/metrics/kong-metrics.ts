import { randomUUID } from 'node:crypto'
import { Registry } from '@prometheus-io/client'
import { registerCounter, registerHistogram } from '@movieverse/service/meter-cells.ts'
import { targetStates, type Upstream } from '../balancer/upstream.ts'
import type { Exchange } from '../exchange.ts'

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

/** Which of Kong's metrics a prometheus plugin asks for: its settings. */
export interface MetricFlags {
  readonly status_code_metrics: boolean
  readonly latency_metrics: boolean
  readonly bandwidth_metrics: boolean
  readonly per_consumer: boolean
}

type Readings = ReadonlyArray<readonly [labels: Readonly<Record<string, string>>, value: number]>

const latencyBounds = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10_000, 30_000, 60_000]
const kongLatencyBounds = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000]
const workspace = 'default'

/**
 * Kong's metrics of this process with Kong's names and labels. Those of nginx' shared memory are left out: there is none
 * here.
 */
export class KongMetrics {
  readonly #registry = new Registry()
  readonly #upstreams: readonly Upstream[]
  readonly #countRequest = registerCounter(this.#registry, {
    name: 'kong_http_requests_total',
    help: 'HTTP status codes per consumer, service and route in Kong',
    labelNames: ['service', 'route', 'code', 'source', 'workspace', 'consumer'],
  })
  readonly #countBytes = registerCounter(this.#registry, {
    name: 'kong_bandwidth_bytes',
    help: 'Bytes through Kong per consumer, service and route, either way',
    labelNames: ['service', 'route', 'direction', 'workspace', 'consumer'],
  })
  readonly #requestTook = this.#latency('request', 'Milliseconds from the first byte of a request to the last answered')
  readonly #upstreamTook = this.#latency('upstream', 'Milliseconds that the upstream took to answer')
  readonly #kongTook = this.#latency('kong', 'Milliseconds that Kong and its plugins added', kongLatencyBounds)

  constructor({ upstreams, connections, isDatabaseReachable }: MetricSources) {
    this.#upstreams = upstreams
    const node = { node_id: randomUUID() }
    const http = { ...node, subsystem: 'http' }
    this.#gauge('kong_datastore_reachable', 'Whether the datastore can be reached: 0 is no', async () => [
      [{}, Number(await isDatabaseReachable())],
    ])
    this.#gauge('kong_node_info', 'The node and its version', () => [[{ ...node, version: '3.9.3' }, 1]])
    this.#gauge('kong_nginx_connections_total', 'Connections by state', () => {
      const { states, total } = nginxCounts(connections)
      return Object.entries({ ...states, total }).map(([state, count]) => [{ ...http, state }, count])
    })
    this.#gauge('kong_nginx_requests_total', 'Requests so far', () => [[http, connections.totalRequests]])
    this.#gauge('kong_nginx_timers', 'Timers by state', () => [
      [{ state: 'running' }, process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length],
      [{ state: 'pending' }, 0],
    ])
    this.#gauge('kong_memory_workers_lua_vms_bytes', "Bytes in use on the worker's heap", () => [
      [{ ...node, pid: String(process.pid), kong_subsystem: 'http' }, process.memoryUsage().heapUsed],
    ])
    const errors = { name: 'kong_nginx_metric_errors_total', help: 'Errors in the making of metrics', labelNames: [] }
    registerCounter(this.#registry, errors)({}, 0)
  }

  /** Counts an exchange that has a service. */
  count(exchange: Exchange, flags: MetricFlags): void {
    if (!exchange.route || !exchange.service) return
    const place = { service: exchange.service.name, route: exchange.route.name, workspace }
    const { responseSource: source, requestBytes, responseBytes, upstreamLatencyMs } = exchange
    const consumer = (flags.per_consumer && exchange.consumer?.username) || ''
    if (flags.status_code_metrics) {
      this.#countRequest({ ...place, code: String(exchange.responseStatus), source, consumer }, 1)
    }
    if (flags.bandwidth_metrics) {
      if (responseBytes > 0) this.#countBytes({ ...place, direction: 'egress', consumer }, responseBytes)
      if (requestBytes > 0) this.#countBytes({ ...place, direction: 'ingress', consumer }, requestBytes)
    }
    if (!flags.latency_metrics) return
    this.#requestTook(place, exchange.totalMs)
    this.#kongTook(place, exchange.kongLatencyMs)
    if (upstreamLatencyMs !== undefined) this.#upstreamTook(place, upstreamLatencyMs)
  }

  /** Shows the health of targets from now on (a prometheus plugin asks for it): one sample for each state. */
  showTargets(): void {
    const name = 'kong_upstream_target_health'
    if (this.#registry.getSingleMetric(name)) return
    this.#gauge(name, 'Health of the targets of upstreams, 1 for the state that holds', () =>
      this.#upstreams.flatMap((upstream) =>
        upstream.peers.flatMap((peer) => {
          const address = peer.isResolved ? `${peer.host}:${peer.port}` : ''
          const place = { upstream: upstream.entity.name, target: peer.target, address }
          const actual = upstream.stateOf(peer)
          return targetStates.map((state) => {
            return [{ ...place, state: state.toLowerCase(), subsystem: 'http' }, Number(state === actual)] as const
          })
        }),
      ),
    )
  }

  /** Prometheus' text format, the metrics in the order of their names; those without samples are left out. */
  async render(): Promise<string> {
    const metrics = this.#registry.getMetricsAsArray()
    const texts = await Promise.all(metrics.map(({ name }) => this.#registry.getSingleMetricAsString(name)))
    const shown = texts.filter((text) => /^[^#]/m.test(text)).toSorted()
    // Kong has a bucket's bound after the other labels.
    return `${shown.join('\n')}\n`.replaceAll(/\{(le="[^"]*"),(.*)\}/g, '{$2,$1}')
  }

  #latency(kind: string, help: string, bounds = latencyBounds): ReturnType<typeof registerHistogram> {
    const labelNames = ['service', 'route', 'workspace']
    return registerHistogram(this.#registry, { name: `kong_${kind}_latency_ms`, help, labelNames }, bounds)
  }

  #gauge(name: string, help: string, read: () => Readings | Promise<Readings>): void {
    const get = async (): Promise<object> => {
      const values = [...(await read())].map(([labels, value]) => ({ labels, value }))
      return { name, help, type: 'gauge', values }
    }
    // `as`: the registry asks a metric for its name and get() and nothing else, and the library's own wants all label names.
    this.#registry.registerMetric({ name, get } as unknown as Parameters<Registry['registerMetric']>[0])
  }
}

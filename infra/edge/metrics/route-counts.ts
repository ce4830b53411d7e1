import type { Exchange } from '../exchange.ts'
import { labelsOf, type Sample } from './exposition.ts'
import { Histogram } from './histogram.ts'

/** Which of Kong's metrics a prometheus plugin asks for: its settings. */
export interface MetricFlags {
  readonly status_code_metrics: boolean
  readonly latency_metrics: boolean
  readonly bandwidth_metrics: boolean
  readonly per_consumer: boolean
}

const latencyBounds = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10_000, 30_000, 60_000]
const kongLatencyBounds = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000]

/** What was counted of one consumer (or of nobody, or of all) on a route. */
interface Tally {
  /** By the labels of code and source. */
  readonly requests: Map<string, number>
  egress: number
  ingress: number
}

/** What was counted of one route of one service. */
export class RouteCounts {
  readonly #labels: string
  readonly #byConsumer = new Map<string, Tally>()
  readonly #latencies = {
    request: new Histogram(latencyBounds),
    upstream: new Histogram(latencyBounds),
    kong: new Histogram(kongLatencyBounds),
  }

  constructor(service: string, route: string) {
    this.#labels = labelsOf({ service, route })
  }

  count(exchange: Exchange, flags: MetricFlags): void {
    const tally = this.#tallyOf((flags.per_consumer && exchange.consumer?.username) || '')
    if (flags.status_code_metrics) {
      const key = `code="${exchange.responseStatus}",source="${exchange.responseSource}"`
      tally.requests.set(key, (tally.requests.get(key) ?? 0) + 1)
    }
    if (flags.bandwidth_metrics) {
      tally.ingress += exchange.requestBytes
      tally.egress += exchange.responseBytes
    }
    if (!flags.latency_metrics) return
    const { request, kong, upstream } = this.#latencies
    request.observe(Math.round(exchange.totalMs))
    kong.observe(Math.round(exchange.kongLatencyMs))
    if (exchange.upstreamLatencyMs !== undefined) upstream.observe(Math.round(exchange.upstreamLatencyMs))
  }

  #tallyOf(consumer: string): Tally {
    let tally = this.#byConsumer.get(consumer)
    if (!tally) this.#byConsumer.set(consumer, (tally = { requests: new Map(), egress: 0, ingress: 0 }))
    return tally
  }

  requests(): Sample[] {
    return this.#samples(({ requests }) => [...requests])
  }

  bandwidth(): Sample[] {
    return this.#samples(({ egress, ingress }) => [
      ['direction="egress"', egress],
      ['direction="ingress"', ingress],
    ]).filter(([, bytes]) => bytes > 0)
  }

  latencies(kind: 'request' | 'upstream' | 'kong'): Sample[] {
    return this.#latencies[kind].samples(`${this.#labels},workspace="default"`)
  }

  #samples(of: (tally: Tally) => ReadonlyArray<readonly [labels: string, value: number]>): Sample[] {
    return [...this.#byConsumer].flatMap(([consumer, tally]) => {
      const rest = labelsOf({ workspace: 'default', consumer })
      return of(tally).map(([labels, value]): Sample => [`${this.#labels},${labels},${rest}`, value])
    })
  }
}

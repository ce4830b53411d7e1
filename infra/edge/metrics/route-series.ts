import type { Metric, Sample } from './exposition.ts'
import { createHistogram, type Histogram } from './histogram.ts'

/** What the prometheus plugin counts of one exchange. */
export interface ExchangeSample {
  readonly service: string
  readonly route: string
  /** Empty for none. */
  readonly consumer: string
  readonly code: number
  readonly source: 'service' | 'kong'
  readonly requestBytes: number
  readonly responseBytes: number
  readonly requestMs: number
  readonly kongMs: number
  /** Undefined where the service was not asked. */
  readonly upstreamMs: number | undefined
}

/** Which of Kong's metrics a prometheus plugin asks for. */
export interface MetricFlags {
  readonly status: boolean
  readonly latency: boolean
  readonly bandwidth: boolean
}

/** Counts of everything that passed, by service, route and consumer. */
export interface RouteSeries {
  count(sample: ExchangeSample, flags: MetricFlags): void
  metrics(): Metric[]
}

const latencyBounds = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10_000, 30_000, 60_000]
const kongLatencyBounds = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000]

/** What was counted of one route of one service. */
interface Place {
  readonly labels: Labels
  /** By consumer, then by status and source. */
  readonly requests: Map<string, Map<number, Tally>>
  readonly bandwidth: Map<string, { readonly ingress: Tally; readonly egress: Tally }>
  readonly latencies: Readonly<Record<'request' | 'upstream' | 'kong', Histogram>>
}

type Labels = Readonly<Record<string, string>>

interface Tally {
  readonly labels: Labels
  value: number
}

const workspace = 'default'

/** Nothing counted yet. */
export function createRouteSeries(): RouteSeries {
  const places = new Map<string, Map<string, Place>>()
  const all = (): Place[] => [...places.values()].flatMap((routes) => [...routes.values()])
  return {
    count(sample, flags) {
      const routes = entryOf(places, sample.service, () => new Map<string, Place>())
      const place = entryOf(routes, sample.route, () => placeOf(sample))
      if (flags.status) countRequest(place, sample)
      if (flags.bandwidth) countBytes(place, sample)
      if (flags.latency) observe(place, sample)
    },
    metrics: () => [
      {
        name: 'kong_http_requests_total',
        type: 'counter',
        help: 'HTTP status codes per consumer, service and route in Kong',
        samples: all().flatMap(({ requests }) => [...requests.values()].flatMap((tallies) => [...tallies.values()])),
      },
      {
        name: 'kong_bandwidth_bytes',
        type: 'counter',
        help: 'Bytes through Kong per consumer, service and route, either way',
        samples: all()
          .flatMap(({ bandwidth }) => [...bandwidth.values()].flatMap(({ ingress, egress }) => [egress, ingress]))
          .filter(({ value }) => value > 0),
      },
      histogram('request', 'Milliseconds from the first byte of a request to the last of its answer', all()),
      histogram('upstream', 'Milliseconds that the upstream took to answer', all()),
      histogram('kong', 'Milliseconds that Kong and its plugins added', all()),
    ],
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}

function placeOf({ service, route }: ExchangeSample): Place {
  const latencies = {
    request: createHistogram(latencyBounds),
    upstream: createHistogram(latencyBounds),
    kong: createHistogram(kongLatencyBounds),
  }
  return { labels: { service, route }, requests: new Map(), bandwidth: new Map(), latencies }
}

function countRequest({ requests, labels }: Place, { code, source, consumer }: ExchangeSample): void {
  const tallies = entryOf(requests, consumer, () => new Map<number, Tally>())
  const tally = entryOf(tallies, source === 'kong' ? -code : code, () => ({
    labels: { ...labels, code: String(code), source, workspace, consumer },
    value: 0,
  }))
  tally.value++
}

function countBytes({ bandwidth, labels }: Place, { consumer, requestBytes, responseBytes }: ExchangeSample): void {
  const tallies = entryOf(bandwidth, consumer, () => ({
    ingress: { labels: { ...labels, direction: 'ingress', workspace, consumer }, value: 0 },
    egress: { labels: { ...labels, direction: 'egress', workspace, consumer }, value: 0 },
  }))
  tallies.ingress.value += requestBytes
  tallies.egress.value += responseBytes
}

function observe({ latencies }: Place, { requestMs, kongMs, upstreamMs }: ExchangeSample): void {
  latencies.request.observe(requestMs)
  latencies.kong.observe(kongMs)
  if (upstreamMs !== undefined) latencies.upstream.observe(upstreamMs)
}

function histogram(kind: keyof Place['latencies'], help: string, places: readonly Place[]): Metric {
  const samples = places.flatMap(({ labels, latencies: { [kind]: values } }): Sample[] => {
    if (values.count() === 0) return []
    const own = { ...labels, workspace }
    return [
      ...values.buckets().map(([le, value]) => ({ suffix: '_bucket', labels: { ...own, le }, value })),
      { suffix: '_sum', labels: own, value: values.sum() },
      { suffix: '_count', labels: own, value: values.count() },
    ]
  })
  return { name: `kong_${kind}_latency_ms`, type: 'histogram', help, samples }
}

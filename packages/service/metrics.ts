import type { FastifyInstance } from 'fastify'
import metricsPlugin from 'fastify-metrics'
import { quietRoute } from './logging.ts'
import { registerCounter, registerHistogram } from './meter-cells.ts'
import client from '@prometheus-io/client'

/** Names and help of a metric of our own: `movieverse_<what>_<unit>[_total]`. */
export interface MetricOptions<Label extends string> {
  readonly name: `movieverse_${string}`
  readonly help: string
  readonly labelNames: readonly Label[]
}

/** Counts what happened. */
export interface Counter<Label extends string> {
  inc(labels: { [label in Label]: string }, value?: number): void
}

/** Counts how long things took. */
export interface Histogram<Label extends string> {
  observe(labels: { [label in Label]: string }, seconds: number): void
}

/** What stands for each combination of label values. */
export type Readings<Label extends string> = Iterable<readonly [labels: { [label in Label]: string }, value: number]>

/** Makes metrics in this app's registry, each name once. */
export interface Meters {
  counter<Label extends string>(options: MetricOptions<Label>): Counter<Label>
  histogram<Label extends string>(options: MetricOptions<Label>, buckets?: number[]): Histogram<Label>
  /** A number read at every scrape. */
  gauge(options: MetricOptions<never>, read: () => number): void
  /** The same for several label values; what is asked of elsewhere may take a moment, and tells nothing where it rejects. */
  gauges<Label extends string>(
    options: MetricOptions<Label>,
    read: () => Readings<Label> | Promise<Readings<Label>>,
  ): void
  /** A counter that somebody else keeps: its totals, read at every scrape. */
  totals<Label extends string>(options: MetricOptions<Label>, read: () => Promise<Readings<Label>>): void
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly meters: Meters
  }
}

export interface MetricsOptions {
  readonly service: string
  /** ISO code of the region that the process serves; empty for those that serve all. */
  readonly region: string
}

/** From half a millisecond to five seconds; the objective of 300 ms is a bound of its own. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 0.5, 1, 2.5, 5]

/** Default metrics whose names `promtool check metrics` refuses. */
const refusedNames = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
  'nodejs_eventloop_utilization_histogram',
  'nodejs_eventloop_utilization_summary',
]

/** Methods whose requests are not measured: nobody waits for them. */
const unmeasured = new Set(['HEAD', 'OPTIONS', 'TRACE', 'CONNECT'])

/** Serves `/metrics` from a registry of this app's own, so that several apps can share one process in tests. */
export async function addMetrics(app: FastifyInstance, { service, region }: MetricsOptions): Promise<void> {
  const registry = new client.Registry()
  registry.setDefaultLabels({ service, region })
  await app.register(metricsPlugin.default, {
    promClient: client,
    endpoint: null,
    defaultMetrics: { enabled: true, register: registry },
    // Its own timers and labels of every request stood out in profiles.
    routeMetrics: { enabled: false },
  })
  for (const name of refusedNames) registry.removeSingleMetric(name)
  measureRoutes(app, registry)
  const onError = (name: string, err: unknown): void => app.log.warn({ err, metric: name }, 'a metric cannot be read')
  app.decorate('meters', metersOf(registry, onError))
  app.get('/metrics', quietRoute, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}

/** Measures the requests of every registered route, under the names that fastify-metrics gives them. */
function measureRoutes(app: FastifyInstance, registry: client.Registry): void {
  const observe = registerHistogram(
    registry,
    {
      name: 'http_request_duration_seconds',
      help: 'request duration in seconds',
      labelNames: ['method', 'route', 'status_code'],
    },
    durationBuckets,
  )
  app.addHook('onResponse', ({ method, routeOptions: { url: route, config } }, reply, done) => {
    if (route !== undefined && !config.isQuiet && !unmeasured.has(method)) {
      observe({ method, route, status_code: String(reply.statusCode) }, reply.elapsedTime / 1000)
    }
    done()
  })
}

function metersOf(registry: client.Registry, onError: (name: string, error: unknown) => void): Meters {
  // One source that is away must not take every other metric with it.
  const readingsOf = async <Label extends string>(
    name: string,
    read: () => Readings<Label> | Promise<Readings<Label>>,
  ): Promise<Readings<Label>> => {
    try {
      return await read()
    } catch (error) {
      onError(name, error)
      return []
    }
  }
  return {
    counter(options) {
      const count = registerCounter(registry, options)
      return { inc: (labels, value = 1) => count(labels, value) }
    },
    histogram(options, buckets = durationBuckets) {
      return { observe: registerHistogram(registry, options, buckets) }
    },
    gauge(options, read) {
      void new client.Gauge({
        ...options,
        registers: [registry],
        collect() {
          this.set(read())
        },
      })
    },
    gauges(options, read) {
      void new client.Gauge<string>({
        ...options,
        registers: [registry],
        async collect() {
          const readings = await readingsOf(options.name, read)
          // What is not there any more is not told any more.
          this.reset()
          for (const [labels, value] of readings) this.set(labels, value)
        },
      })
    },
    totals(options, read) {
      void new client.Counter<string>({
        ...options,
        registers: [registry],
        async collect() {
          const readings = await readingsOf(options.name, read)
          this.reset()
          for (const [labels, value] of readings) this.inc(labels, value)
        },
      })
    },
  }
}

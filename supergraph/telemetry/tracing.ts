import { setTimeout as wait } from 'node:timers/promises'
import type * as api from '@opentelemetry/api'
import type { Context, Span, SpanContext, Tracer } from '@opentelemetry/api'
import type { OnFailover } from '../regions/region-failover.ts'
import type { CallHeaders } from '../services/gateway-services.ts'
import type { TelemetryConfig } from './config.ts'

/** One operation as a trace sees it. */
export interface Trace {
  /** Begins the planning; answers what ends it. */
  plan(): (isNew: boolean) => void
  /** Begins a call of a subgraph, whose headers say to which trace it belongs. */
  fetch(subgraph: string, headers: CallHeaders): TracedFetch
  end(result: { readonly operation: string; readonly kind: string; readonly outcome: string }): void
}

export interface TracedFetch {
  readonly headers: CallHeaders
  /** Marks the fetch: another region's service is asked in place of the region's own. */
  readonly failedOver: OnFailover
  during<Value>(act: () => Promise<Value>): Promise<Value>
}

/** Spans of operations, their plans and their fetches. */
export interface Tracing {
  /** Begins the trace of a request that began some milliseconds ago; it goes on from the caller's, if there is one. */
  start(headers: CallHeaders, elapsedMs: number): Trace
  close(): Promise<void>
}

/** How long the collector may take, retries included, and how long closing waits for it, in milliseconds. */
const exportTimeoutMs = 5000
const closeTimeoutMs = 1000

/**
 * Sends spans to the collector that the environment names; undefined where it names none, and then OpenTelemetry is not
 * even loaded. A collector that is away costs spans and nothing else.
 */
export async function createTracing(config: TelemetryConfig): Promise<Tracing | undefined> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
  if (endpoint === undefined) return undefined
  const [
    loaded,
    { AlwaysOnSampler, BatchSpanProcessor, TracerProvider },
    { OTLPTraceExporter },
    { resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': config.OTEL_SERVICE_NAME }),
    // An edge that exports nothing calls every trace unsampled, so whoever names a collector gets them all.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  const tracer = provider.getTracer('movieverse-supergraph')
  return {
    start(headers, elapsedMs) {
      const parent = contextOf(loaded, headers)
      const startTime = Date.now() - elapsedMs
      return new OperationTrace(
        loaded,
        tracer,
        tracer.startSpan('operation', { kind: loaded.SpanKind.SERVER, startTime }, parent),
      )
    },
    async close() {
      // What is left is sent, but a collector that is away must not hold up a shutdown.
      await Promise.race([provider.shutdown(), wait(closeTimeoutMs, undefined, { ref: false })])
    },
  }
}

type Api = typeof api

class OperationTrace implements Trace {
  readonly #api: Api
  readonly #tracer: Tracer
  readonly #span: Span
  readonly #context: Context

  constructor(loaded: Api, tracer: Tracer, span: Span) {
    this.#api = loaded
    this.#tracer = tracer
    this.#span = span
    this.#context = loaded.trace.setSpan(loaded.ROOT_CONTEXT, span)
  }

  plan(): (isNew: boolean) => void {
    const span = this.#tracer.startSpan('plan', {}, this.#context)
    return (isNew) => {
      span.setAttribute('movieverse.plan.cached', !isNew)
      span.end()
    }
  }

  fetch(subgraph: string, headers: CallHeaders): TracedFetch {
    const { SpanKind, SpanStatusCode } = this.#api
    const attributes = { 'movieverse.subgraph': subgraph }
    const span = this.#tracer.startSpan(`fetch ${subgraph}`, { kind: SpanKind.CLIENT, attributes }, this.#context)
    return {
      headers: { ...headers, traceparent: traceparentOf(span.spanContext()) },
      failedOver({ region, from, to }) {
        // The last one that was asked is the one that answered, if any did.
        span.setAttributes({ 'movieverse.failover.region': region, 'movieverse.failover.service': to })
        span.addEvent('region failover', { 'movieverse.failover.from': from, 'movieverse.failover.to': to })
      },
      async during(act) {
        try {
          return await act()
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : '' })
          throw error
        } finally {
          span.end()
        }
      },
    }
  }

  end({ operation, kind, outcome }: Parameters<Trace['end']>[0]): void {
    this.#span.updateName(`${kind} ${operation}`)
    this.#span.setAttributes({
      'graphql.operation.name': operation,
      'graphql.operation.type': kind,
      'movieverse.outcome': outcome,
    })
    if (outcome === 'failed') this.#span.setStatus({ code: this.#api.SpanStatusCode.ERROR })
    this.#span.end()
  }
}

/** The trace that a caller's `traceparent` names (https://www.w3.org/TR/trace-context/), or none. */
function contextOf({ trace, ROOT_CONTEXT }: Api, headers: CallHeaders): Context {
  const [, traceId, spanId, flags] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(headers['traceparent'] ?? '') ?? []
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number(`0x${flags}`), isRemote: true })
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

import type { z } from 'zod'
import type { PluginKind } from '../plugin.ts'
import { flag, record } from '../declarative/fields.ts'

const config = record({
  per_consumer: flag(false),
  status_code_metrics: flag(false),
  ai_metrics: flag(false),
  latency_metrics: flag(false),
  bandwidth_metrics: flag(false),
  upstream_health_metrics: flag(false),
})

/** Counts what passes, by Kong's metric names; requests that match no route, or a route without service, are not counted. */
export const prometheus: PluginKind<z.output<typeof config>> = {
  name: 'prometheus',
  priority: 13,
  allowsConsumer: true,
  config,
  create(settings, { metrics }) {
    if (settings.upstream_health_metrics) metrics.showTargets()
    const flags = {
      status: settings.status_code_metrics,
      latency: settings.latency_metrics,
      bandwidth: settings.bandwidth_metrics,
    }
    return {
      log(exchange) {
        const { route, service, consumer } = exchange
        if (!route || !service) return
        metrics.count(
          {
            service: service.name,
            route: route.name,
            consumer: settings.per_consumer ? (consumer?.username ?? '') : '',
            code: exchange.responseStatus,
            source: exchange.responseSource,
            requestBytes: exchange.requestBytes,
            responseBytes: exchange.responseBytes,
            requestMs: Math.round(exchange.totalMs),
            kongMs: Math.round(exchange.kongLatencyMs),
            upstreamMs: exchange.upstreamLatencyMs === undefined ? undefined : Math.round(exchange.upstreamLatencyMs),
          },
          flags,
        )
      },
    }
  },
}

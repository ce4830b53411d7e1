import { flag, kongOnly, record } from '../declarative/fields.ts'
import { pluginKind } from '../plugin.ts'

/** Counts what passes, by Kong's metric names; requests that match no route, or a route without service, are not counted. */
export const prometheus = pluginKind({
  name: 'prometheus',
  priority: 13,
  allowsConsumer: true,
  config: record({
    per_consumer: flag(false),
    status_code_metrics: flag(false),
    latency_metrics: flag(false),
    bandwidth_metrics: flag(false),
    upstream_health_metrics: flag(false),
    ...kongOnly('ai_metrics'),
  }),
  create(settings, { metrics }) {
    if (settings.upstream_health_metrics) metrics.showTargets()
    return {
      log(exchange) {
        if (exchange.route && exchange.service) metrics.count(exchange, settings)
      },
    }
  },
})

import { expect, test } from 'vitest'
import { upstreamOf } from '../../../tests/edge/support/entities.ts'
import { consumer, exchangeOf } from '../../../tests/edge/support/plugin-bench.ts'
import { Upstream } from '../balancer/upstream.ts'
import type { Exchange } from '../exchange.ts'
import { KongMetrics } from './kong-metrics.ts'

/** An exchange that took 60 ms, 50 of them at the service. */
function exchangeWith(change: Partial<Exchange> = {}): Exchange {
  const times = { totalMs: 60, kongLatencyMs: 1, upstreamLatencyMs: 50 }
  const bytes = { requestBytes: 100, responseBytes: 2000 }
  return Object.assign(exchangeOf(), { ...times, ...bytes, responseSource: 'service', ...change })
}

const flags = { status_code_metrics: true, latency_metrics: true, bandwidth_metrics: true, per_consumer: true }
const none = { status_code_metrics: false, latency_metrics: false, bandwidth_metrics: false, per_consumer: false }

function metricsOf(): KongMetrics {
  const checks = 'healthchecks: {active: {healthy: {interval: 1}}}'
  return new KongMetrics({
    upstreams: [new Upstream(upstreamOf(`targets: [{target: "10.0.0.1:80"}], ${checks}`))],
    connections: { accepted: 3, active: 1, totalRequests: 9 },
    isDatabaseReachable: async () => true,
  })
}

test('requests and bytes are counted by Kong’s labels', async () => {
  const metrics = metricsOf()
  metrics.count(exchangeWith(), flags)
  metrics.count(exchangeWith(), flags)
  const refused = { responseStatus: 401, responseSource: 'kong', upstreamLatencyMs: undefined } as const
  metrics.count(exchangeWith({ ...refused, consumer: consumer('web"site\n') }), flags)
  const text = await metrics.render()
  const place = 'service="s",route="r"'
  expect(text).toContain(
    `kong_http_requests_total{${place},code="200",source="service",workspace="default",consumer=""} 2\n`,
  )
  expect(text).toContain(
    `kong_http_requests_total{${place},code="401",source="kong",workspace="default",consumer="web\\"site\\n"} 1\n`,
  )
  expect(text).toContain(`kong_bandwidth_bytes{${place},direction="egress",workspace="default",consumer=""} 4000\n`)
  expect(text).toContain(`kong_bandwidth_bytes{${place},direction="ingress",workspace="default",consumer=""} 200\n`)
})

test('a consumer is told apart only where that is asked for', async () => {
  const metrics = metricsOf()
  metrics.count(exchangeWith({ consumer: consumer('website') }), flags)
  metrics.count(exchangeWith({ consumer: consumer('website') }), { ...flags, per_consumer: false })
  const counts = [...(await metrics.render()).matchAll(/^kong_http_requests_total\{.*consumer="(\w*)"\} (\d+)$/gm)]
  expect(counts.map(([, name, count]) => [name, count])).toEqual([
    ['website', '1'],
    ['', '1'],
  ])
})

test('latencies fall into Kong’s buckets; an answer of the edge has no upstream latency', async () => {
  const metrics = metricsOf()
  metrics.count(exchangeWith(), flags)
  metrics.count(exchangeWith({ kongLatencyMs: 2, upstreamLatencyMs: undefined }), flags)
  const text = await metrics.render()
  const bucket = (name: string, le: string) =>
    new RegExp(`^kong_${name}_latency_ms_bucket\\{.*le="${le.replace('+', '\\+')}"\\} (\\d+)$`, 'm').exec(text)?.[1]
  expect([bucket('request', '50'), bucket('request', '80'), bucket('request', '+Inf')]).toEqual(['0', '2', '2'])
  expect([bucket('kong', '1'), bucket('kong', '2'), bucket('kong', '6000')]).toEqual(['1', '2', '2'])
  expect([bucket('upstream', '25'), bucket('upstream', '50')]).toEqual(['0', '1'])
  expect(text).toContain('kong_upstream_latency_ms_sum{service="s",route="r",workspace="default"} 50\n')
  expect(text).toContain('kong_request_latency_ms_count{service="s",route="r",workspace="default"} 2\n')
})

test('without flags there are only the metrics of the node, and targets only where they are asked for', async () => {
  const metrics = metricsOf()
  metrics.count(exchangeWith(), none)
  const names = [...(await metrics.render()).matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)
  expect(names).toEqual([
    'kong_datastore_reachable',
    'kong_memory_workers_lua_vms_bytes',
    'kong_nginx_connections_total',
    'kong_nginx_metric_errors_total',
    'kong_nginx_requests_total',
    'kong_nginx_timers',
    'kong_node_info',
  ])
  metrics.showTargets()
  const labels = 'upstream="u.test",target="10.0.0.1:80",address="10.0.0.1:80"'
  const text = await metrics.render()
  expect(text).toContain(`kong_upstream_target_health{${labels},state="healthy",subsystem="http"} 1\n`)
  expect(text).toContain(`kong_upstream_target_health{${labels},state="dns_error",subsystem="http"} 0\n`)
  expect(text).toMatch(/^kong_node_info\{node_id="[\da-f-]{36}",version="3\.9\.3"\} 1$/m)
})

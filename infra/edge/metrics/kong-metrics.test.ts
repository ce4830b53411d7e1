import { expect, test } from 'vitest'
import { createKongMetrics } from './kong-metrics.ts'
import type { ExchangeSample } from './route-series.ts'

const sample: ExchangeSample = {
  service: 'films',
  route: 'films-route',
  consumer: '',
  code: 200,
  source: 'service',
  requestBytes: 100,
  responseBytes: 2000,
  requestMs: 60,
  kongMs: 1,
  upstreamMs: 50,
}
const flags = { status: true, latency: true, bandwidth: true }

function metricsOf() {
  return createKongMetrics({
    nodeId: 'node',
    version: '3.9.3',
    targets: () => [{ upstream: 'films.upstream', target: 'a:80', address: '10.0.0.1:80', state: 'healthy' }],
    connections: () => ({ accepted: 3, handled: 3, active: 1, reading: 0, writing: 1, waiting: 0, total: 9 }),
    requests: () => 9,
    isDatastoreReachable: () => true,
  })
}

test('requests and bytes are counted by Kong’s labels', async () => {
  const metrics = metricsOf()
  metrics.count(sample, flags)
  metrics.count(sample, flags)
  metrics.count({ ...sample, code: 401, source: 'kong', consumer: 'web"site\n', upstreamMs: undefined }, flags)
  const text = await metrics.render()
  const place = 'service="films",route="films-route"'
  expect(text).toContain(
    `kong_http_requests_total{${place},code="200",source="service",workspace="default",consumer=""} 2\n`,
  )
  expect(text).toContain(
    `kong_http_requests_total{${place},code="401",source="kong",workspace="default",consumer="web\\"site\\n"} 1\n`,
  )
  expect(text).toContain(`kong_bandwidth_bytes{${place},direction="egress",workspace="default",consumer=""} 4000\n`)
  expect(text).toContain(`kong_bandwidth_bytes{${place},direction="ingress",workspace="default",consumer=""} 200\n`)
})

test('latencies fall into Kong’s buckets; an answer of the edge has no upstream latency', async () => {
  const metrics = metricsOf()
  metrics.count(sample, flags)
  metrics.count({ ...sample, kongMs: 2, upstreamMs: undefined }, flags)
  const text = await metrics.render()
  const bucket = (name: string, le: string) =>
    new RegExp(`^kong_${name}_latency_ms_bucket\\{.*le="${le.replace('+', '\\+')}"\\} (\\d+)$`, 'm').exec(text)?.[1]
  expect([bucket('request', '50'), bucket('request', '80'), bucket('request', '+Inf')]).toEqual(['0', '2', '2'])
  expect([bucket('kong', '1'), bucket('kong', '2'), bucket('kong', '6000')]).toEqual(['1', '2', '2'])
  expect([bucket('upstream', '25'), bucket('upstream', '50')]).toEqual(['0', '1'])
  expect(text).toContain('kong_upstream_latency_ms_sum{service="films",route="films-route",workspace="default"} 50\n')
  expect(text).toContain('kong_request_latency_ms_count{service="films",route="films-route",workspace="default"} 2\n')
})

test('without flags there are only the metrics of the node, and targets only where they are asked for', async () => {
  const metrics = metricsOf()
  metrics.count(sample, { status: false, latency: false, bandwidth: false })
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
  const labels = 'upstream="films.upstream",target="a:80",address="10.0.0.1:80"'
  const text = await metrics.render()
  expect(text).toContain(`kong_upstream_target_health{${labels},state="healthy",subsystem="http"} 1\n`)
  expect(text).toContain(`kong_upstream_target_health{${labels},state="dns_error",subsystem="http"} 0\n`)
  expect(text).toContain('kong_node_info{node_id="node",version="3.9.3"} 1\n')
})

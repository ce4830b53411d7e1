import { dashboard, lines, states } from '../panels.ts'

/** Kong, or the embedded edge: both name their metrics alike. */
export const edge = dashboard('movieverse-edge', 'MovieVerse: edge', 'Routes, consumers, refusals and upstreams.', [
  lines({
    title: 'Requests by route and status',
    description: 'Per second.',
    queries: [{ expr: 'sum by (route, code) (rate(kong_http_requests_total[5m]))', legend: '{{route}} {{code}}' }],
    unit: 'reqps',
  }),
  lines({
    title: 'Requests by consumer',
    description: 'Which client app or key asks how much.',
    queries: [{ expr: 'sum by (consumer) (rate(kong_http_requests_total[5m]))', legend: '{{consumer}}' }],
    unit: 'reqps',
  }),
  lines({
    title: 'Too many requests',
    description: 'Answers 429 by consumer: who is over its limit.',
    queries: [{ expr: 'sum by (consumer) (rate(kong_http_requests_total{code="429"}[5m]))', legend: '{{consumer}}' }],
    unit: 'reqps',
  }),
  lines({
    title: 'Refused: no or bad credentials',
    description: 'Answers 401 and 403 by route.',
    queries: [
      {
        expr: 'sum by (route, code) (rate(kong_http_requests_total{code=~"401|403"}[5m]))',
        legend: '{{route}} {{code}}',
      },
    ],
    unit: 'reqps',
  }),
  lines({
    title: 'Whole request, p95',
    description: 'From the first byte in to the last byte out, by route.',
    queries: [
      {
        expr: 'histogram_quantile(0.95, sum by (route, le) (rate(kong_request_latency_ms_bucket[5m])))',
        legend: '{{route}}',
      },
    ],
    unit: 'ms',
  }),
  lines({
    title: "The edge's own part, p95",
    description: 'What the edge and its plugins take of it.',
    queries: [
      {
        expr: 'histogram_quantile(0.95, sum by (route, le) (rate(kong_kong_latency_ms_bucket[5m])))',
        legend: '{{route}}',
      },
    ],
    unit: 'ms',
  }),
  lines({
    title: 'Bandwidth',
    description: 'Bytes per second, in and out.',
    queries: [{ expr: 'sum by (direction) (rate(kong_bandwidth_bytes[5m]))', legend: '{{direction}}' }],
    unit: 'Bps',
  }),
  states(
    {
      title: 'Upstream targets',
      description: 'Health of each target as the edge sees it.',
      queries: [
        {
          expr: 'max by (upstream, target) (kong_upstream_target_health{state=~"healthy|healthchecks_off"})',
          legend: '{{upstream}} {{target}}',
        },
      ],
      unit: 'none',
    },
    { 0: { text: 'unhealthy', color: 'red' }, 1: { text: 'healthy', color: 'green' } },
  ),
])

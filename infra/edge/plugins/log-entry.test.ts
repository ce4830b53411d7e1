import { expect, test } from 'vitest'
import { HeaderList } from '../header-list.ts'
import { consumer, exchangeOf } from '../../../tests/edge/support/plugin-bench.ts'
import { logEntryOf } from './log-entry.ts'

test('an entry tells the exchange in Kong’s fields', () => {
  const exchange = {
    ...exchangeOf({
      method: 'POST',
      query: 'a=1&a=2&flag',
      headers: [
        ['Authorization', 'Bearer secret'],
        ['X-Twice', '1'],
        ['x-twice', '2'],
      ],
    }),
    consumer: consumer('website', 'web-001'),
    credential: { id: 'credential' },
    upstreamUri: '/graphql?a=1',
    upstreamStatus: '502, 200',
    upstreamLatencyMs: 20.4,
    kongLatencyMs: 3,
    totalMs: 30,
    responseSource: 'service' as const,
    responseHeaders: new HeaderList(['Set-Cookie', 'a', 'Set-Cookie', 'b']),
    tries: [
      {
        ip: '127.0.0.1',
        port: 1,
        startedAt: 1_795_424_400_000.5,
        latencyMs: 0.25,
        state: 'failed',
        code: 502,
      } as const,
      { ip: '127.0.0.1', port: 2, startedAt: 1_795_424_400_001, latencyMs: 1 },
    ],
  }
  expect(logEntryOf(exchange)).toMatchObject({
    started_at: exchange.startedAt,
    workspace_name: 'default',
    client_ip: '127.0.0.1',
    upstream_uri: '/graphql?a=1',
    upstream_status: '502, 200',
    source: 'upstream',
    latencies: { request: 30, kong: 3, proxy: 20, receive: 7 },
    request: {
      id: exchange.id,
      method: 'POST',
      uri: '/films?a=1&a=2&flag',
      url: 'http://edge.example.com:8000/films?a=1&a=2&flag',
      querystring: { a: ['1', '2'], flag: true },
      headers: { authorization: 'REDACTED', 'x-twice': ['1', '2'], host: 'edge.example.com' },
    },
    response: { status: 200, size: 200, headers: { 'set-cookie': ['a', 'b'] } },
    tries: [
      { ip: '127.0.0.1', port: 1, balancer_latency: 0, balancer_latency_ns: 250_000, state: 'failed', code: 502 },
      { ip: '127.0.0.1', port: 2, balancer_start: 1_795_424_400_001 },
    ],
    route: { name: 'r', service: { id: expect.any(String) } },
    service: { name: 's', read_timeout: 60_000 },
    consumer: { username: 'website', custom_id: 'web-001' },
    authenticated_entity: { id: 'credential' },
  })
})

test('the query is the one that plugins have left, and the id that correlates stands in the entry', () => {
  const exchange = exchangeOf({ query: 'apikey=secret&a=1' })
  exchange.request.query = 'a=1'
  exchange.notes.set('correlation-id', 'mine-1')
  expect(logEntryOf(exchange)).toMatchObject({
    request: { uri: '/films?apikey=secret&a=1', querystring: { a: '1' } },
    correlation_id: 'mine-1',
  })
})

test('what no route matched has neither route nor service nor tries', () => {
  const entry = logEntryOf({ ...exchangeOf(), route: undefined, service: undefined })
  expect(Object.keys(entry)).not.toEqual(expect.arrayContaining(['route']))
  expect(entry).toMatchObject({ source: 'kong', upstream_status: '', latencies: { proxy: -1 } })
  expect([entry['service'], entry['tries'], entry['consumer']]).toEqual([undefined, undefined, undefined])
})

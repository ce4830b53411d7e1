import { expect, test } from 'vitest'
import {
  consumer,
  exchangeOf,
  partsOf,
  pluginOf,
  refusalsOf,
  service,
} from '../../../tests/edge/support/plugin-bench.ts'
import type { Exchange } from '../exchange.ts'
import { rateLimiting } from './rate-limiting.ts'

const parts = () => partsOf()

function call(plugin: ReturnType<typeof pluginOf>, change: (exchange: Exchange) => void = () => {}) {
  const exchange = exchangeOf()
  change(exchange)
  const answer = plugin.access?.(exchange)
  return { answer, headers: Object.fromEntries(exchange.answerHeaders) }
}

test('calls are counted down within a window, refused above the limit, and admitted in the next window', () => {
  const edge = parts()
  const plugin = pluginOf(rateLimiting, { minute: 2 }, edge)
  expect(call(plugin)).toEqual({
    answer: undefined,
    headers: {
      'X-RateLimit-Limit-Minute': '2',
      'X-RateLimit-Remaining-Minute': '1',
      'RateLimit-Limit': '2',
      'RateLimit-Remaining': '1',
      'RateLimit-Reset': '60',
    },
  })
  edge.clock.now += 20_500
  call(plugin)
  const { answer, headers } = call(plugin)
  expect(answer).toEqual({
    kind: 'error',
    status: 429,
    message: 'API rate limit exceeded',
    headers: [['Retry-After', '40']],
  })
  expect(headers).toMatchObject({ 'X-RateLimit-Remaining-Minute': '0', 'RateLimit-Reset': '40' })
  edge.clock.now += 40_000
  expect(call(plugin).answer).toBeUndefined()
})

test('a refused call is not counted by the longer window', () => {
  const edge = parts()
  const plugin = pluginOf(rateLimiting, { second: 1, hour: 10 }, edge)
  for (let calls = 0; calls < 5; calls++) call(plugin)
  edge.clock.now += 1000
  expect(call(plugin).headers).toMatchObject({ 'X-RateLimit-Remaining-Hour': '8' })
})

test('the general headers speak of the window with the fewest calls left, of the longer one where they tie', () => {
  const plugin = pluginOf(rateLimiting, { second: 5, minute: 5 }, parts())
  expect(call(plugin).headers).toMatchObject({ 'RateLimit-Limit': '5', 'RateLimit-Reset': '60' })
  const other = pluginOf(rateLimiting, { second: 2, minute: 100 }, parts())
  expect(call(other).headers).toMatchObject({ 'RateLimit-Remaining': '1', 'RateLimit-Reset': '1' })
})

test('hidden headers stay hidden on a refusal, whose status and text can be chosen', () => {
  const plugin = pluginOf(
    rateLimiting,
    { minute: 1, hide_client_headers: true, error_code: 420, error_message: 'Slow down' },
    parts(),
  )
  expect(call(plugin).headers).toEqual({})
  expect(call(plugin)).toEqual({
    answer: { kind: 'error', status: 420, message: 'Slow down', headers: [] },
    headers: {},
  })
})

type Identify = (exchange: Exchange, name: string) => void
const byConsumer: Identify = (exchange, name) => void (exchange.consumer = consumer(name))
const byCredential: Identify = (exchange, id) => void (exchange.credential = { id })
const byService: Identify = (exchange, id) => void (exchange.service = id === '' ? undefined : { ...service, id })
const byHeader: Identify = ({ request }, name) => request.headers.set('x-client', name)

test.each([
  ['consumer', {}, byConsumer],
  ['credential', {}, byCredential],
  ['service', {}, byService],
  ['header', { header_name: 'X-Client' }, byHeader],
])('by %s each has a count of its own, and who has none is counted by address', (limit_by, more, identify) => {
  const plugin = pluginOf(rateLimiting, { minute: 1, limit_by, ...more }, parts())
  expect(call(plugin, (exchange) => identify(exchange, 'one')).answer).toBeUndefined()
  expect(call(plugin, (exchange) => identify(exchange, 'other')).answer).toBeUndefined()
  expect(call(plugin, (exchange) => identify(exchange, 'one')).answer).toMatchObject({ status: 429 })
  const nobody: typeof identify = limit_by === 'service' ? byService : () => {}
  expect(call(plugin, (exchange) => nobody(exchange, '')).answer).toBeUndefined()
  expect(call(plugin, (exchange) => nobody(exchange, '')).answer).toMatchObject({ status: 429 })
})

test('by path the calls of all callers are one count on that path', () => {
  const plugin = pluginOf(rateLimiting, { minute: 1, limit_by: 'path', path: '/films' }, parts())
  const from = (clientAddress: string, path: string) => plugin.access?.(exchangeOf({ clientAddress, path }))
  expect(from('192.0.2.1', '/films')).toBeUndefined()
  expect(from('192.0.2.2', '/films')).toMatchObject({ status: 429 })
  expect(from('192.0.2.1', '/other')).toBeUndefined()
  expect(from('192.0.2.2', '/other')).toBeUndefined()
})

test('limits must be given, rise with their windows, and be counted in this process', () => {
  const periods = ['second', 'minute', 'hour', 'day', 'month', 'year'].map((period) => `'config.${period}'`).join(', ')
  expect(refusalsOf(rateLimiting, {})).toEqual([`@plugin: at least one of these fields must be non-empty: ${periods}`])
  expect(refusalsOf(rateLimiting, { minute: 10, hour: 5 })).toEqual([
    ': The limit for hour(5.0) cannot be lower than the limit for minute(10.0)',
  ])
  expect(refusalsOf(rateLimiting, { minute: 10, limit_by: 'header' })).toEqual([
    'header_name: required field missing',
    "@plugin: failed conditional validation given value of field 'config.limit_by'",
  ])
  expect(refusalsOf(rateLimiting, { minute: 0, limit_by: 'nobody' })).toEqual([
    'minute: value must be greater than 0',
    'limit_by: expected one of: consumer, credential, ip, service, header, path',
  ])
  expect(refusalsOf(rateLimiting, { minute: 10, policy: 'redis', redis: { host: 'redis' } })).toEqual([
    "policy: the embedded edge does not know 'redis': run Kong",
    'redis: the embedded edge does not know this field: run Kong',
  ])
})

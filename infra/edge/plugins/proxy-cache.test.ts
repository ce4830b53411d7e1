import { expect, test } from 'vitest'
import {
  answerOf,
  consumer,
  exchangeOf,
  partsOf,
  passBody,
  pluginOf,
  refusalsOf,
  type Asked,
} from '../../../tests/edge/support/plugin-bench.ts'
import type { HeaderLine } from '../header-list.ts'
import { proxyCache } from './proxy-cache.ts'

const json = ['Content-Type', 'application/json'] as const

function bench(config: object = {}) {
  const edge = partsOf()
  const plugin = pluginOf(proxyCache, { strategy: 'memory', ...config }, edge)
  /** Asks once; the service answers with `body` where it is asked. */
  const ask = (
    asked: Asked = {},
    upstream: { status?: number; headers?: readonly HeaderLine[]; body?: string; by?: string } = {},
  ) => {
    const exchange = exchangeOf(asked)
    if (upstream.by !== undefined) exchange.consumer = consumer(upstream.by)
    const own = plugin.access?.(exchange)
    const response = answerOf(upstream.status ?? 200, [...exchange.answerHeaders, ...(upstream.headers ?? [json])])
    if (own === undefined) {
      plugin.headers?.(exchange, response)
      passBody(response, upstream.body ?? 'films')
    }
    const status =
      own === undefined
        ? response.headers.getAll('x-cache-status').at(-1)
        : exchange.answerHeaders.get('x-cache-status')
    return { own, status, key: exchange.answerHeaders.get('x-cache-key') }
  }
  return { edge, ask }
}

test('the second ask is answered from memory, with its age and without what belongs to one answer', () => {
  const { edge, ask } = bench()
  const headers = [
    json,
    ['Set-Cookie', 'a=1'],
    ['Content-Length', '5'],
    ['Via', '1.0 foo'],
    ['Date', 'Mon, 23 Nov 2026 09:00:00 GMT'],
    ['X-RateLimit-Limit-Minute', '3'],
  ] as const
  const first = ask({}, { headers })
  expect(first).toMatchObject({ own: undefined, status: 'Miss', key: expect.stringMatching(/^[0-9a-f]{64}$/) })
  edge.clock.now += 2500
  const second = ask()
  expect(second).toMatchObject({ status: 'Hit', key: first.key })
  expect(second.own).toEqual({
    kind: 'cached',
    status: 200,
    body: Buffer.from('films'),
    headers: [json, ['Set-Cookie', 'a=1'], ['Via', '1.0 foo'], ['Date', 'Mon, 23 Nov 2026 09:00:00 GMT'], ['age', '2']],
  })
})

test('consumers, routes, methods, paths and queries are kept apart; the order of a query is not', () => {
  const { ask } = bench()
  const statusOf = (asked: Asked, by?: string) => ask(asked, by === undefined ? {} : { by }).status
  expect(statusOf({ query: 'a=1&b=2' })).toBe('Miss')
  expect(statusOf({ query: 'b=2&a=1' })).toBe('Hit')
  expect(statusOf({ query: 'a=1&b=3' })).toBe('Miss')
  expect(statusOf({ query: 'a=1&b=2' }, 'website')).toBe('Miss')
  expect(statusOf({ query: 'a=1&b=2', path: '/Films' })).toBe('Miss')
  expect(statusOf({ query: 'a=1%26b=2' })).toBe('Miss')
})

test('the path counts as it was written, and a question mark makes another entry', () => {
  const { ask } = bench()
  expect(ask({ path: '/films' }).status).toBe('Miss')
  expect(ask({ path: '//films' }).status).toBe('Miss')
  expect(ask({ path: '/films', query: '' }).status).toBe('Miss')
  expect(ask({ path: '/films' }).status).toBe('Hit')
})

test('the age counts from second to second', () => {
  const { edge, ask } = bench()
  edge.clock.now += 900
  ask()
  edge.clock.now += 200
  expect(ask().own).toMatchObject({ headers: [json, ['age', '1']] })
})

test('spaces, quotes and the order of parameters make no other type', () => {
  const { ask } = bench({ content_type: ['application/json; charset=utf-8; v=1'] })
  ask({}, { headers: [['Content-Type', 'application/json;v=1;charset="utf-8"']] })
  expect(ask().status).toBe('Hit')
})

test('answers vary by the headers and by the part of the query that are named', () => {
  const { ask } = bench({ vary_headers: ['X-Lang'], vary_query_params: ['page'], ignore_uri_case: true })
  expect(ask({ query: 'page=1&x=1' }).status).toBe('Miss')
  expect(ask({ query: 'page=1&x=2', path: '/FILMS' }).status).toBe('Hit')
  expect(ask({ query: 'page=2' }).status).toBe('Miss')
  expect(ask({ query: 'page=1', headers: [['x-lang', 'hi']] }).status).toBe('Miss')
})

test.each([
  ['another status', { status: 500 }],
  ['another type', { headers: [['Content-Type', 'text/html']] as const }],
  [
    'a type with a parameter that is not listed',
    { headers: [['Content-Type', 'application/json; charset=utf-8']] as const },
  ],
  ['no type', { headers: [] }],
])('%s is passed by', (_what, upstream) => {
  const { ask } = bench()
  expect(ask({}, upstream).status).toBe('Bypass')
  expect(ask({}, upstream).status).toBe('Bypass')
})

test('a method that is not listed is passed by without a key, and HEAD is never a hit', () => {
  const { ask } = bench()
  expect(ask({ method: 'POST', body: 'x' })).toEqual({ own: undefined, status: 'Bypass', key: undefined })
  expect(ask({ method: 'HEAD' }).status).toBe('Miss')
  expect(ask({ method: 'HEAD' }).status).toBe('Miss')
})

test.each([
  ['max-age=60', 'Hit'],
  ['public, s-maxage=60, max-age=0', 'Hit'],
  ['max-age=60, private', 'Bypass'],
  ['no-store', 'Bypass'],
  ['max-age=0', 'Bypass'],
  ['max-age=-1', 'Bypass'],
])('where Cache-Control is obeyed, an answer with %s is a %s', (value, status) => {
  const { ask } = bench({ cache_control: true })
  const upstream = { headers: [json, ['Cache-Control', value]] as const }
  ask({}, upstream)
  expect(ask({}, upstream).status).toBe(status)
})

test('Expires says how long, where nothing else does; without either nothing is kept', () => {
  const { edge, ask } = bench({ cache_control: true })
  const upstream = { headers: [json, ['Expires', new Date(edge.clock.now + 60_000).toUTCString()]] as const }
  ask({}, upstream)
  expect(ask({}, upstream).status).toBe('Hit')
  edge.clock.now += 61_000
  expect(ask({}, upstream).status).toBe('Bypass')
  expect(ask({ path: '/other' }).status).toBe('Bypass')
})

test('a client may refuse what is kept, and may ask for nothing else', () => {
  const { edge, ask } = bench({ cache_control: true })
  const upstream = { headers: [json, ['Cache-Control', 'max-age=60']] as const }
  const wish = (value: string): Asked => ({ headers: [['Cache-Control', value]] })
  expect(ask(wish('only-if-cached'), upstream).own).toMatchObject({ kind: 'error', status: 504 })
  ask({}, upstream)
  expect(ask(wish('only-if-cached'), upstream).status).toBe('Hit')
  expect(ask(wish('no-cache'), upstream)).toEqual({ own: undefined, status: 'Bypass', key: undefined })
  edge.clock.now += 10_000
  expect(ask(wish('max-age=5'), upstream).status).toBe('Refresh')
  edge.clock.now += 10_000
  expect(ask(wish('min-fresh=55'), upstream).status).toBe('Refresh')
})

test('an entry ends with its time to live, or with the time it is stored for', () => {
  const { edge, ask } = bench({ cache_ttl: 2 })
  ask()
  edge.clock.now += 2001
  expect(ask().status).toBe('Miss')
  const stored = bench({ cache_control: true, storage_ttl: 10 })
  const upstream = { headers: [json, ['Cache-Control', 'max-age=1']] as const }
  stored.ask({}, upstream)
  stored.edge.clock.now += 1500
  expect(stored.ask({}, upstream).status).toBe('Hit')
})

test('the least used answers make room where memory runs out', () => {
  const { ask } = bench()
  const body = 'x'.repeat(7 * 1024 * 1024)
  for (let page = 0; page < 8; page++) ask({ query: `page=${page}` }, { body })
  ask({ query: 'page=0' })
  ask({ query: 'page=8' }, { body })
  ask({ query: 'page=9' }, { body })
  expect(ask({ query: 'page=0' }).status).toBe('Hit')
  expect(ask({ query: 'page=1' }, { body }).status).toBe('Miss')
})

test('the strategy must be given, and is memory', () => {
  expect(refusalsOf(proxyCache, {})).toEqual(['strategy: required field missing'])
  expect(refusalsOf(proxyCache, { strategy: 'redis' })).toEqual(['strategy: expected one of: memory'])
})

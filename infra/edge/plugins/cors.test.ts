import { expect, test } from 'vitest'
import { answerOf, exchangeOf, pluginOf, refusalsOf } from '../../../tests/edge/support/plugin-bench.ts'
import { cors } from './cors.ts'

const page = 'https://www.example.com'

function preflight(config: object, origin = page) {
  const exchange = exchangeOf({
    method: 'OPTIONS',
    headers: [
      ['Origin', origin],
      ['Access-Control-Request-Method', 'POST'],
      ['Access-Control-Request-Headers', 'x-a, x-b'],
    ],
  })
  const plugin = pluginOf(cors, config)
  const answer = plugin.access?.(exchange)
  const response = answerOf(200, [], 'kong')
  plugin.headers?.(exchange, response)
  return { answer, headers: Object.fromEntries(exchange.answerHeaders), added: [...response.headers] }
}

function actual(config: object, origin?: string, upstream: ReadonlyArray<readonly [string, string]> = []) {
  const response = answerOf(200, upstream)
  pluginOf(cors, config).headers?.(exchangeOf({ headers: origin === undefined ? [] : [['Origin', origin]] }), response)
  return [...response.headers]
}

test('a preflight request is answered at once, and its answer says what was asked', () => {
  expect(preflight({ max_age: 600 })).toEqual({
    answer: { kind: 'body', status: 200, body: '' },
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'x-a, x-b',
      'Access-Control-Allow-Methods': 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT',
      'Access-Control-Max-Age': '600',
    },
    added: [],
  })
})

test('a preflight request that is to go on is left alone, its answer too', () => {
  expect(preflight({ origins: [page], preflight_continue: true })).toEqual({
    answer: undefined,
    headers: {},
    added: [],
  })
})

test('OPTIONS without the question of a preflight request goes on', () => {
  const exchange = exchangeOf({ method: 'OPTIONS', headers: [['Origin', page]] })
  expect(pluginOf(cors).access?.(exchange)).toBeUndefined()
})

test('any origin may read, and with credentials the one that asks stands in the place of the star', () => {
  expect(actual({}, page)).toEqual([['Access-Control-Allow-Origin', '*']])
  expect(actual({ credentials: true }, page)).toEqual([
    ['Access-Control-Allow-Origin', page],
    ['vary', 'Origin'],
    ['Access-Control-Allow-Credentials', 'true'],
  ])
  expect(actual({ origins: ['*'], credentials: true })).toEqual([['Access-Control-Allow-Origin', '*']])
})

test('one plain origin is always sent, whoever asks', () => {
  expect(actual({ origins: [page] }, 'https://evil.example.org')).toContainEqual(['Access-Control-Allow-Origin', page])
  expect(actual({ origins: [page] })).toContainEqual(['Access-Control-Allow-Origin', page])
})

test.each([
  ['https://www.example.com:443', 'https://www.example.com'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['https://evil.example.org', undefined],
  ['https://www.example.com.evil.org', undefined],
  ['null', undefined],
])('of several origins %s is answered %s', (origin, allowed) => {
  const headers = new Map(actual({ origins: [page, 'http://localhost:3000'] }, origin))
  expect(headers.get('Access-Control-Allow-Origin')).toBe(allowed)
  expect(headers.get('vary')).toBe('Origin')
})

test('a pattern is anchored at both ends, and without a colon it looks at the host alone', () => {
  const allows = (pattern: string, origin: string) =>
    new Map(actual({ origins: [pattern] }, origin)).has('Access-Control-Allow-Origin')
  expect(allows('https://.*\\.example\\.com', 'https://a.example.com')).toBe(true)
  expect(allows('https://.*\\.example\\.com', 'https://a.example.com.evil.org')).toBe(false)
  expect(allows('(.+\\.)?example\\.com', 'http://a.example.com:8080')).toBe(true)
  expect(allows('a|b\\.example\\.com', 'https://xa')).toBe(false)
  expect(allows('app://.+', 'app://one')).toBe(true)
})

test("the service's own origin is overwritten, and its Vary is added to", () => {
  const upstream = [
    ['Access-Control-Allow-Origin', 'https://upstream.example.com'],
    ['Vary', 'Accept'],
  ] as const
  expect(actual({ origins: [page], exposed_headers: ['X-Page'] }, page, upstream)).toEqual([
    ['Vary', 'Accept'],
    ['Access-Control-Allow-Origin', page],
    ['vary', 'Origin'],
    ['Access-Control-Expose-Headers', 'X-Page'],
  ])
  expect(actual({ origins: [page] }, page, [['Vary', 'Origin']])).toEqual([
    ['Vary', 'Origin'],
    ['Access-Control-Allow-Origin', page],
    ['vary', 'Origin'],
  ])
})

test('a method that is none and an origin that is no pattern are refused', () => {
  expect(refusalsOf(cors, { methods: ['get'], origins: ['https://(a'] })).toEqual([
    "origins.0: 'https://(a' is not a valid regex",
    'methods.0: expected one of: GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS, TRACE, CONNECT',
  ])
})

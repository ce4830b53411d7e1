import { expect, test } from 'vitest'
import {
  consumer,
  exchangeOf,
  partsOf,
  pluginOf,
  refusalsOf,
  type Asked,
} from '../../../tests/edge/support/plugin-bench.ts'
import { keyAuth } from './key-auth.ts'

const partner = consumer('partner', 'partner-001')
const anonymous = consumer('anonymous')
const parts = partsOf({ consumers: [anonymous], keys: { 'partner-key': partner } })

async function judge(config: object, asked: Asked, wasAuthenticated = false) {
  const exchange = exchangeOf(asked)
  if (wasAuthenticated) exchange.credential = { id: 'token' }
  const answer = await pluginOf(keyAuth, config, parts).access?.(exchange)
  return { answer, exchange, request: exchange.request, body: (await exchange.request.body.read()).toString() }
}

const form = [['Content-Type', 'application/x-www-form-urlencoded']] as const
const json = [['Content-Type', 'application/json; charset=utf-8']] as const

test('a key makes its consumer the caller, in the place of whoever the client claims to be', async () => {
  const { answer, exchange, request } = await judge(
    {},
    {
      headers: [
        ['APIKEY', 'partner-key'],
        ['X-Consumer-Username', 'website'],
        ['x-consumer-username', 'admin'],
        ['X-Anonymous-Consumer', 'true'],
        ['X-Authenticated-Scope', 'viewer:write'],
      ],
    },
  )
  expect(answer).toBeUndefined()
  expect(exchange).toMatchObject({ consumer: partner, credential: { id: 'key-of-partner' } })
  expect(Object.fromEntries(request.headers)).toMatchObject({
    'X-Consumer-ID': 'id-of-partner',
    'X-Consumer-Custom-ID': 'partner-001',
    'X-Consumer-Username': 'partner',
    'X-Credential-Identifier': 'key-of-partner',
  })
  expect(request.headers.has('x-anonymous-consumer')).toBe(false)
  // Kong lets these pass here, so kong.yml has a transformer of each key's consumer remove them.
  expect(request.headers.get('x-authenticated-scope')).toBe('viewer:write')
})

test.each([
  ['none', {}, 'No API key found in request'],
  ['an empty one', { headers: [['apikey', '']] }, 'No API key found in request'],
  ['a name without a value', { query: 'apikey' }, 'No API key found in request'],
  ['a wrong one', { headers: [['apikey', 'nope']] }, 'Unauthorized'],
  [
    'two headers',
    {
      headers: [
        ['apikey', 'partner-key'],
        ['apikey', 'partner-key'],
      ],
    },
    'Duplicate API key found',
  ],
  ['two in the query', { query: 'apikey=a&apikey=b' }, 'Duplicate API key found'],
  ['a wrong header and a right query', { headers: [['apikey', 'nope']], query: 'apikey=partner-key' }, 'Unauthorized'],
] satisfies Array<[string, Asked, string]>)('%s is answered 401: %s', async (_what, asked, message) => {
  const { answer } = await judge({ realm: 'movies' }, asked)
  expect(answer).toEqual({ kind: 'error', status: 401, message, headers: [['WWW-Authenticate', 'Key realm="movies"']] })
})

test('names are tried in their order, and only what was used is hidden', async () => {
  const config = { key_names: ['apikey', 'x-api-key'], hide_credentials: true }
  const { answer, request } = await judge(config, {
    headers: [
      ['x-api-key', 'other'],
      ['apikey', 'partner-key'],
    ],
    query: 'z=1&apikey=x&a=b+%2f%2F!&flag',
  })
  expect(answer).toBeUndefined()
  expect(Object.fromEntries(request.headers)).toMatchObject({ 'x-api-key': 'other' })
  expect(request.headers.has('apikey')).toBe(false)
  // The others keep their order and are written anew.
  expect(request.query).toBe('z=1&a=b%20%2F%2F%21&flag=')
})

test('a key in a body counts where the plugin looks there, and is hidden there too', async () => {
  const config = { key_in_body: true, hide_credentials: true }
  const inForm = await judge(config, { method: 'POST', headers: form, body: 'b=2&apikey=partner-key&a=1' })
  expect(inForm).toMatchObject({ answer: undefined, body: 'a=1&b=2' })
  const inJson = await judge(config, { method: 'POST', headers: json, body: '{"apikey":"partner-key","a":"/"}' })
  expect(inJson).toMatchObject({ answer: undefined, body: '{"a":"\\/"}' })
  const inHeader = await judge(config, { headers: [...form, ['apikey', 'partner-key']], body: 'b=2&a=1' })
  expect(inHeader).toMatchObject({ answer: undefined, body: 'a=1&b=2' })
  const twice = await judge(config, { method: 'POST', headers: json, body: '{"apikey":["partner-key"]}' })
  expect(twice.answer).toMatchObject({ message: 'Duplicate API key found' })
  const inGet = await judge(config, { headers: json, body: '{"apikey":"partner-key"}' })
  expect(inGet.answer).toBeUndefined()
  const unread = await judge({}, { method: 'POST', headers: form, body: 'apikey=partner-key' })
  expect(unread.answer).toMatchObject({ status: 401 })
})

test('a key in a multipart body is hidden, unless a file would be lost', async () => {
  const config = { key_in_body: true, hide_credentials: true }
  const headers = [['Content-Type', 'multipart/form-data; boundary=XX']] as const
  const part = (name: string, value: string, more = '') =>
    `--XX\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  const [key, title, file] = [part('apikey', 'partner-key'), part('a', 'é'), part('f', 'x', '; filename="f.txt"')]
  const texts = await judge(config, { method: 'POST', headers, body: `${title}${key}--XX--\r\n` })
  expect(texts).toMatchObject({ answer: undefined, body: `${title}--XX--\r\n` })
  const withFile = await judge(config, { method: 'POST', headers, body: `${key}${file}--XX--\r\n` })
  expect(withFile).toMatchObject({ answer: undefined, body: `${key}${file}--XX--\r\n` })
})

test('a preflight request passes where the plugin does not run on it', async () => {
  expect((await judge({ run_on_preflight: false }, { method: 'OPTIONS' })).answer).toBeUndefined()
  expect((await judge({}, { method: 'OPTIONS' })).answer).toMatchObject({ status: 401 })
})

test('with an anonymous consumer nobody is refused, and whoever has a credential already keeps it', async () => {
  const { answer, exchange, request } = await judge({ anonymous: 'anonymous' }, { headers: [['apikey', 'nope']] })
  expect(answer).toBeUndefined()
  expect(exchange).toMatchObject({ consumer: anonymous, credential: undefined })
  expect(request.headers.get('x-anonymous-consumer')).toBe('true')
  expect(request.headers.has('x-credential-identifier')).toBe(false)
  const known = await judge({ anonymous: 'anonymous' }, { headers: [['apikey', 'partner-key']] }, true)
  expect(known.exchange.consumer).toBeUndefined()
})

test('an anonymous consumer that does not exist is an error of the edge', async () => {
  const { answer } = await judge({ anonymous: 'nobody' }, {})
  expect(answer).toMatchObject({ kind: 'error', status: 500, message: 'An unexpected error occurred' })
})

test('a key name that no header can have is refused', () => {
  expect(refusalsOf(keyAuth, { key_names: ['api key'] })).toEqual([
    "key_names.0: bad header name 'api key', allowed characters are A-Z, a-z, 0-9, '_', and '-'",
  ])
})

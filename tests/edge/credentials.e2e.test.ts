import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, bearer, headerOf, onlySeen, type Header } from './support/asking.ts'
import { startTestEdge, type TestEdge } from './support/test-edge.ts'
import { accessTokenOf, askToken, secretOf, serviceToken, signIn } from './support/tokens.ts'

const refusal = 'An access token or an API key is required'
const key = secretOf('demo')

let edge: TestEdge
const tokens = { service: '', user: '', public: '' }
beforeAll(async () => {
  edge = await startTestEdge()
  tokens.service = await serviceToken(edge)
  tokens.user = (await signIn(edge, 'demo-spa', 'user-1')).access
  const withoutSecret = { grant_type: 'client_credentials', client_id: 'demo-spa', scope: 'viewer:read viewer:write' }
  tokens.public = accessTokenOf(await askToken(edge, withoutSecret))
})
afterAll(() => edge[Symbol.asyncDispose]())

const protectedPaths = ['/graphql', '/in/graphql', '/us/movies', '/gb/movies/1', '/subscriptions']

describe('without a good credential', () => {
  test.each([
    ['none', []],
    ['an unknown token', [bearer('x'.repeat(32))]],
    ['an empty token', [['Authorization', 'Bearer ']]],
    ['another scheme', [['Authorization', 'Basic d2Vic2l0ZTp4']]],
    ['an unknown key', [['apikey', 'nobodys-key']]],
    ['an empty key', [['apikey', '']]],
    ['a secret instead of a token', [bearer(secretOf('website'))]],
    ['a key instead of a token', [bearer(key)]],
  ] satisfies Array<[string, Header[]]>)(
    '%s is 401 on every route, and nothing is asked of a service',
    async (_, headers) => {
      for (const path of protectedPaths) {
        const { got, seen } = await ask(edge, { path, headers })
        expect([got.status, got.json().message], path).toEqual([401, refusal])
        expect(seen, path).toEqual([])
      }
    },
  )

  test('a token in the wrong place of a body opens nothing', async () => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { access_token: tokens.service } })
    const headers: Header[] = [['Content-Type', 'application/json']]
    expect((await ask(edge, { path: '/graphql', method: 'POST', headers, body })).got.status).toBe(401)
  })
})

describe('a token', () => {
  test('opens every route: one for all', async () => {
    for (const path of protectedPaths) {
      const request = onlySeen(await ask(edge, { path, headers: [bearer(tokens.service)] }))
      expect(headerOf(request, 'X-Consumer-Username'), path).toBe('demo-service')
    }
  })

  test.each([
    ['Bearer', (token: string) => `Bearer ${token}`],
    ['lower-case bearer', (token: string) => `bearer ${token}`],
    ['Token', (token: string) => `Token ${token}`],
    ['bare', (token: string) => token],
  ])('is taken as %s, and goes no further', async (_, value) => {
    const headers: Header[] = [['Authorization', value(tokens.service)]]
    const request = onlySeen(await ask(edge, { path: '/graphql', headers }))
    expect(headerOf(request, 'Authorization')).toBeUndefined()
  })

  test('is taken from the query, and is not in the query that a service sees', async () => {
    const path = `/subscriptions?access_token=${tokens.service}&a=1`
    const request = onlySeen(await ask(edge, { path }))
    expect(request.url).toBe('/graphql?a=1')
  })

  test('in a header that is wrong is not saved by a good one in the query', async () => {
    const path = `/graphql?access_token=${tokens.service}`
    expect((await ask(edge, { path, headers: [bearer('wrong')] })).got.status).toBe(401)
  })

  test('of an application tells its client, its scope where it has one, and no user', async () => {
    const request = onlySeen(await ask(edge, { path: '/graphql', headers: [bearer(tokens.service)] }))
    expect(headerOf(request, 'X-Credential-Identifier')).toBe('demo-service')
    expect(headerOf(request, 'X-Authenticated-Scope')).toBeUndefined()
    expect(headerOf(request, 'X-Authenticated-Userid')).toBeUndefined()
  })

  test('of a user tells user and scope', async () => {
    const request = onlySeen(await ask(edge, { path: '/graphql', headers: [bearer(tokens.user)] }))
    expect(headerOf(request, 'X-Consumer-Username')).toBe('demo-spa')
    expect(headerOf(request, 'X-Authenticated-Scope')).toBe('viewer:read viewer:write')
    expect(headerOf(request, 'X-Authenticated-Userid')).toBe('user-1')
  })

  test('that a public client got without any secret has scopes but no user', async () => {
    const request = onlySeen(await ask(edge, { path: '/graphql', headers: [bearer(tokens.public)] }))
    expect(headerOf(request, 'X-Authenticated-Scope')).toBe('viewer:read viewer:write')
    expect(headerOf(request, 'X-Authenticated-Userid')).toBeUndefined()
  })
})

describe('an API key', () => {
  test.each([
    ['apikey', [['apikey', key]], '/graphql'],
    ['X-Api-Key', [['X-Api-Key', key]], '/graphql'],
    ['the query', [], `/graphql?apikey=${key}&a=1`],
  ] satisfies Array<[string, Header[], string]>)(
    'by %s reaches the catalogue and goes no further',
    async (_, headers, path) => {
      const request = onlySeen(await ask(edge, { path, headers }))
      expect(headerOf(request, 'X-Consumer-Username')).toBe('demo-key')
      for (const name of ['apikey', 'x-api-key']) expect(headerOf(request, name)).toBeUndefined()
      expect(request.url).not.toContain('apikey')
    },
  )

  test('reaches every region', async () => {
    for (const path of ['/in/graphql', '/us/movies', '/gb/movies/1']) {
      expect(headerOf(onlySeen(await ask(edge, { path, headers: [['apikey', key]] })), 'X-Consumer-Username')).toBe(
        'demo-key',
      )
    }
  })

  test('opens no socket', async () => {
    const { got, seen } = await ask(edge, { path: '/subscriptions', headers: [['apikey', key]] })
    expect([got.status, got.json().message]).toEqual([403, 'You cannot consume this service'])
    expect(seen).toEqual([])
  })

  test('sent twice is none', async () => {
    const headers: Header[] = [
      ['apikey', key],
      ['apikey', key],
    ]
    expect((await ask(edge, { path: '/graphql', headers })).got.status).toBe(401)
  })

  test('beside a good token goes unused and no further', async () => {
    const request = onlySeen(
      await ask(edge, { path: '/graphql', headers: [bearer(tokens.user), ['apikey', key], ['X-Api-Key', key]] }),
    )
    expect(headerOf(request, 'X-Consumer-Username')).toBe('demo-spa')
    for (const name of ['apikey', 'x-api-key', 'authorization']) expect(headerOf(request, name)).toBeUndefined()
  })

  test('beside a broken token holds', async () => {
    const request = onlySeen(await ask(edge, { path: '/graphql', headers: [bearer('broken'), ['apikey', key]] }))
    expect(headerOf(request, 'X-Consumer-Username')).toBe('demo-key')
    expect(headerOf(request, 'authorization')).toBeUndefined()
  })
})

test('pages without authentication look at no credential and pass none on', async () => {
  for (const path of ['/graphiql/', '/sign-in']) {
    const headers: Header[] = [bearer('wrong'), ['apikey', 'wrong'], ['X-Api-Key', 'wrong']]
    const request = onlySeen(await ask(edge, { path, headers }))
    for (const name of ['authorization', 'apikey', 'x-api-key', 'x-consumer-username']) {
      expect(headerOf(request, name), `${path} ${name}`).toBeUndefined()
    }
  }
})

test('cookies reach the pages that set them, and no API', async () => {
  const headers: Header[] = [
    ['Cookie', 'session=1'],
    ['apikey', key],
  ]
  expect(headerOf(onlySeen(await ask(edge, { path: '/account', headers })), 'cookie')).toBe('session=1')
  expect(headerOf(onlySeen(await ask(edge, { path: '/graphql', headers })), 'cookie')).toBeUndefined()
  const withToken: Header[] = [['Cookie', 'session=1'], bearer(tokens.user)]
  expect(headerOf(onlySeen(await ask(edge, { path: '/graphql', headers: withToken })), 'cookie')).toBeUndefined()
})

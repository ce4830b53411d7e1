import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask, bearer, headerOf, json, onlySeen, type Asked, type Header } from './support/asking.ts'
import type { EchoAnswer } from './support/echo.ts'
import { isTrusted } from './support/foreign-edge.ts'
import type { Got } from './support/send.ts'
import { startTestEdge, type TestEdge } from './support/test-edge.ts'
import { accessTokenOf, askToken, redirectUriOf, secretOf, serviceForm, signIn } from './support/tokens.ts'

let edge: TestEdge
const tokens = { website: '', ann: '', ben: '', spa: '' }
beforeAll(async () => {
  edge = await startTestEdge()
  const website = serviceForm({ client_id: 'website', client_secret: secretOf('website') })
  tokens.website = accessTokenOf(await askToken(edge, website))
  tokens.ann = (await signIn(edge, 'website', 'ann')).access
  tokens.ben = (await signIn(edge, 'website', 'ben')).access
  tokens.spa = (await signIn(edge, 'demo-spa', 'ann')).access
})
afterAll(() => edge[Symbol.asyncDispose]())
afterEach(() => edge.echo.answer())

describe('requests are limited', () => {
  test('by the tier of their client, which is told what is left', async () => {
    const { got } = await ask(edge, { path: '/graphql', headers: [bearer(tokens.spa)] })
    expect(got.headers).toMatchObject({ 'x-ratelimit-limit-second': '50', 'x-ratelimit-limit-minute': '600' })
    expect(Number(got.headers['x-ratelimit-remaining-minute'])).toBeLessThan(600)
    expect(got.headers).toHaveProperty('ratelimit-reset')
    const partner = await ask(edge, { path: '/graphql', headers: [['apikey', secretOf('partner')]] })
    expect(partner.got.headers).toMatchObject({ 'x-ratelimit-limit-minute': '6000' })
  })

  test('by address where nobody is known', async () => {
    for (const path of ['/graphiql/', '/sign-in', '/graphql']) {
      const { got } = await ask(edge, { path })
      expect(got.headers, path).toMatchObject({ 'x-ratelimit-limit-minute': '1200' })
    }
  })

  test('and beyond that refused with the time to wait, while other clients go on', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'demo-cli' }
    const cli = accessTokenOf(await askToken(edge, form))
    const burst = async (): Promise<Got[]> =>
      Promise.all(Array.from({ length: 40 }, () => edge.send({ path: '/graphql', headers: [bearer(cli)] })))
    let refused: Got | undefined
    for (let round = 0; round < 20 && !refused; round++) refused = (await burst()).find(({ status }) => status === 429)
    expect(refused?.json()).toMatchObject({ message: 'API rate limit exceeded' })
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect((await ask(edge, { path: '/graphql', headers: [bearer(tokens.website)] })).got.status).toBe(200)
  })
})

describe('answers are kept', () => {
  const cacheable: EchoAnswer = { headers: { 'cache-control': 'public, max-age=60' } }
  const fresh = (path: string): string => `${path}?run=${randomUUID()}`

  async function twice(path: string, first: Header[], second = first): Promise<Array<string | undefined>> {
    const statuses = []
    for (const headers of [first, second]) {
      const { got } = await ask(edge, { path, headers })
      statuses.push(got.headers['x-cache-status']?.toString())
    }
    return statuses
  }

  test.each(['/graphql', '/in/movies', '/us/movies/tt0192669'])('of %s where the service says so', async (path) => {
    edge.echo.answer(() => cacheable)
    const url = fresh(path)
    const first = await ask(edge, { path: url, headers: [bearer(tokens.website)] })
    const second = await ask(edge, { path: url, headers: [bearer(tokens.website)] })
    expect([first, second].map(({ got }) => got.headers['x-cache-status'])).toEqual(['Miss', 'Hit'])
    expect(second.seen).toEqual([])
    expect(second.got.text).toBe(first.got.text)
    expect(second.got.headers).toHaveProperty('age')
  })

  test('in the newer media type of GraphQL too', async () => {
    const type = 'application/graphql-response+json; charset=utf-8'
    edge.echo.answer(() => ({ headers: { ...cacheable.headers, 'content-type': type } }))
    expect(await twice(fresh('/graphql'), [bearer(tokens.website)])).toEqual(['Miss', 'Hit'])
  })

  test('for users of one client together where they are public', async () => {
    edge.echo.answer(() => cacheable)
    expect(await twice(fresh('/graphql'), [bearer(tokens.ann)], [bearer(tokens.ben)])).toEqual(['Miss', 'Hit'])
  })

  test.each([
    ['private, max-age=60', { 'cache-control': 'private, max-age=60' }],
    ['no-store', { 'cache-control': 'no-store' }],
    ['nothing', {}],
  ])('never where the service says %s: two users of one client each get their own', async (_, headers) => {
    edge.echo.answer((request) => ({ headers, body: JSON.stringify(headerOf(request, 'X-Authenticated-Userid')) }))
    const url = fresh('/graphql')
    for (const [user, token] of [
      ['ann', tokens.ann],
      ['ben', tokens.ben],
      ['ann', tokens.ann],
    ] as const) {
      const { got } = await ask(edge, { path: url, headers: [bearer(token)] })
      expect([got.headers['x-cache-status'], got.text]).toEqual(['Bypass', `"${user}"`])
    }
  })

  test('for each client apart', async () => {
    edge.echo.answer(() => cacheable)
    expect(await twice(fresh('/graphql'), [bearer(tokens.ann)], [bearer(tokens.spa)])).toEqual(['Miss', 'Miss'])
  })

  test.each([
    ['Accept', 'application/json', 'application/graphql-response+json'],
    ['Accept-Encoding', 'br', 'gzip'],
    ['X-Region', 'IN', 'GB'],
  ])('for each %s apart', async (name, one, other) => {
    edge.echo.answer(() => cacheable)
    const url = fresh('/graphql')
    const auth = bearer(tokens.website)
    expect(await twice(url, [auth, [name, one]], [auth, [name, other]])).toEqual(['Miss', 'Miss'])
    expect(await twice(url, [auth, [name, one]], [auth, [name, other]])).toEqual(['Hit', 'Hit'])
  })

  test('for each region apart where a header names it', async () => {
    edge.echo.answer((request) => ({ ...cacheable, body: JSON.stringify(request.service) }))
    const url = fresh('/region/movies')
    const bodies = []
    for (const region of ['IN', 'GB', 'IN']) {
      const { got } = await ask(edge, { path: url, headers: [bearer(tokens.website), ['X-Region', region]] })
      bodies.push(got.json())
    }
    expect(bodies).toEqual(['india', 'uk', 'india'])
  })

  test('never of a POST', async () => {
    edge.echo.answer(() => cacheable)
    for (const query of ['{ a }', '{ b }', '{ a }']) {
      const body = JSON.stringify({ query })
      const asked = await ask(edge, { path: '/graphql', method: 'POST', headers: [bearer(tokens.website), json], body })
      expect([onlySeen(asked).body, asked.got.headers['x-cache-status']]).toEqual([body, 'Bypass'])
    }
  })

  test('never of a HEAD, nor for who wants a fresh one', async () => {
    edge.echo.answer(() => cacheable)
    const url = fresh('/graphql')
    const asFresh: Header = ['Cache-Control', 'no-cache']
    for (const [method, headers] of [
      ['HEAD', []],
      ['GET', [asFresh]],
      ['GET', [asFresh]],
    ] as const) {
      const asked = await ask(edge, { path: url, method, headers: [bearer(tokens.website), ...headers] })
      expect([onlySeen(asked).method, asked.got.headers['x-cache-status']]).toEqual([method, 'Bypass'])
    }
    expect(await twice(url, [bearer(tokens.website)])).toEqual(['Miss', 'Hit'])
  })

  test('never of a region’s GraphQL', async () => {
    edge.echo.answer(() => cacheable)
    expect(await twice(fresh('/in/graphql'), [bearer(tokens.website)])).toEqual([undefined, undefined])
  })

  test.each([
    ['an error', { ...cacheable, status: 500 }],
    ['what is not there', { ...cacheable, status: 404 }],
    ['a page', { headers: { ...cacheable.headers, 'content-type': 'text/html; charset=utf-8' } }],
  ])('never of %s', async (_, answer) => {
    edge.echo.answer(() => answer)
    expect(await twice(fresh('/gb/movies'), [bearer(tokens.website)])).toEqual(['Bypass', 'Bypass'])
  })

  test('never for who has no credential', async () => {
    edge.echo.answer(() => cacheable)
    const url = fresh('/graphql')
    await twice(url, [bearer(tokens.website)])
    expect((await ask(edge, { path: url })).got.status).toBe(401)
  })
})

describe('pages of other origins', () => {
  const spa = new URL(redirectUriOf('demo-spa')).origin
  const preflight = (origin: string): Promise<Asked> =>
    ask(edge, {
      method: 'OPTIONS',
      path: '/graphql',
      headers: [
        ['Origin', origin],
        ['Access-Control-Request-Method', 'POST'],
        ['Access-Control-Request-Headers', 'authorization,content-type'],
      ],
    })

  test('may ask where a browser app is registered, without a credential', async () => {
    const { got, seen } = await preflight(spa)
    expect([got.status, seen.length]).toEqual([200, 0])
    expect(got.headers).toMatchObject({ 'access-control-allow-origin': spa, 'access-control-max-age': '600' })
    expect(got.headers['access-control-allow-headers']).toContain('authorization')
    expect(got.headers).not.toHaveProperty('access-control-allow-credentials')
  })

  test('may not ask from elsewhere', async () => {
    const { got, seen } = await preflight('https://evil.example.org')
    expect([got.headers['access-control-allow-origin'], seen.length]).toEqual([undefined, 0])
  })

  test('read answers, refusals too', async () => {
    const origin: Header = ['Origin', spa]
    const answers = [
      await ask(edge, { path: '/graphql', headers: [origin, bearer(tokens.spa)] }),
      await ask(edge, { path: '/graphql', headers: [origin] }),
      await ask(edge, { path: '/nowhere', headers: [origin] }),
    ]
    expect(answers.map(({ got }) => got.status)).toEqual([200, 401, 404])
    for (const { got } of answers) expect(got.headers['access-control-allow-origin']).toBe(spa)
    expect(answers[0]?.got.headers['access-control-expose-headers']).toContain('X-Request-ID')
  })
})

describe('a request id', () => {
  test('is made, told to the service and to the client', async () => {
    const asked = await ask(edge, { path: '/graphql', headers: [bearer(tokens.website)] })
    const id = asked.got.headers['x-request-id']
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)
    expect(headerOf(onlySeen(asked), 'X-Request-ID')).toBe(id)
  })

  test('of the client is kept', async () => {
    const asked = await ask(edge, { path: '/graphql', headers: [bearer(tokens.website), ['x-request-id', 'mine-1']] })
    expect([asked.got.headers['x-request-id'], headerOf(onlySeen(asked), 'X-Request-ID')]).toEqual(['mine-1', 'mine-1'])
  })

  test('of nothing is replaced', async () => {
    const asked = await ask(edge, { path: '/graphql', headers: [bearer(tokens.website), ['X-Request-ID', '']] })
    expect(asked.got.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headerOf(onlySeen(asked), 'X-Request-ID')).toBe(asked.got.headers['x-request-id'])
  })

  test('stands on refusals', async () => {
    expect(
      (await ask(edge, { path: '/graphql', headers: [['X-Request-ID', 'mine-2']] })).got.headers['x-request-id'],
    ).toBe('mine-2')
    expect((await ask(edge, { path: '/nowhere' })).got.headers).toHaveProperty('x-request-id')
  })
})

describe('a body', () => {
  const post = (sent: { body?: Buffer; chunks?: Buffer[] }): Promise<Asked> =>
    ask(edge, { path: '/graphql', method: 'POST', headers: [bearer(tokens.website), json], ...sent })

  test('of 64 KiB passes', async () => {
    expect(onlySeen(await post({ body: Buffer.alloc(65_536, 'b') })).body).toHaveLength(65_536)
  })

  test('of one byte more is refused, whether its length is told or not', async () => {
    const tooLong = Buffer.alloc(65_537, 'b')
    for (const sent of [{ body: tooLong }, { chunks: [tooLong.subarray(0, 40_000), tooLong.subarray(40_000)] }]) {
      const { got, seen } = await post(sent)
      expect([got.status, got.json().message, seen.length]).toEqual([413, 'Request size limit exceeded', 0])
    }
  })
})

test.each([
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 403],
  ['facebookexternalhit/1.1', 403],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 200],
  ['curl/8.5.0', 200],
  ['Go-http-client/2.0', 200],
])('%s gets %i', async (agent, status) => {
  const { got } = await ask(edge, { path: '/graphql', headers: [bearer(tokens.website), ['User-Agent', agent]] })
  expect(got.status).toBe(status)
})

test('what software a service runs on is not told', async () => {
  edge.echo.answer(() => ({ headers: { 'x-powered-by': 'Express' } }))
  const { got } = await ask(edge, { path: '/graphql', headers: [bearer(tokens.website)] })
  expect(got.headers).not.toHaveProperty('x-powered-by')
})

describe('operators’ routes are for the addresses that kong.yml names', () => {
  const statusFrom = async (...headers: Header[]): Promise<number> =>
    (await ask(edge, { path: '/operators/readyz', headers })).got.status

  test('by the address that a request comes from', async () => {
    expect(await statusFrom()).toBe(200)
  })

  test.skipIf(isTrusted)('whatever a client says its own is', async () => {
    expect(await statusFrom(['X-Real-IP', '203.0.113.9'], ['X-Forwarded-For', '203.0.113.9'])).toBe(200)
  })
})

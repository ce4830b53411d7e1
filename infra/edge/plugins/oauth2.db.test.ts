import { createHash } from 'node:crypto'
import { migrate } from '@movieverse/service/migrations.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import type { Exchange } from '../exchange.ts'
import type { ClientEntity } from '../declarative/entities.ts'
import {
  bodyOf,
  consumer,
  exchangeOf,
  partsOf,
  pluginOf,
  refusalsOf,
  service,
  type Asked,
} from '../../../tests/edge/support/plugin-bench.ts'
import { TokenStore } from '../tokens/token-store.ts'
import { oauth2 } from './oauth2.ts'

const verifier = 'v'.repeat(43)
const challenge = createHash('sha256').update(verifier).digest('base64url')
const website = consumer('website', 'web-001')
const anonymous = consumer('anonymous')

function client(clientId: string, more: Partial<ClientEntity> = {}): ClientEntity {
  return {
    id: `credential-of-${clientId}`,
    name: clientId,
    client_id: clientId,
    client_secret: `${clientId}-secret`,
    client_type: 'confidential',
    hash_secret: false,
    tags: [],
    redirect_uris: ['https://www.example.com/callback', 'https://www.example.com/cb2?x=1'],
    consumer: website,
    ...more,
  }
}

const clients = [
  client('website'),
  client('other', { redirect_uris: ['https://other.example.com/'] }),
  client('spa', { client_type: 'public' }),
]

const allGrants = {
  scopes: ['read', 'write'],
  provision_key: 'provision',
  enable_authorization_code: true,
  enable_client_credentials: true,
  enable_implicit_grant: true,
  enable_password_grant: true,
}

const secret = { client_id: 'website', client_secret: 'website-secret' }
const user = { provision_key: 'provision', authenticated_userid: 'user-17' }

type Fields = Readonly<Record<string, string>>

/** The plugin over a database that all tests of a dialect share; its clock stands until it is set. */
function benchOn(database: TestDatabase, config: object = {}) {
  const clock = { now: Date.UTC(2026, 10, 23, 9) }
  const tokens = new TokenStore(database.db, { now: () => clock.now, warn: () => undefined })
  const edge = partsOf({ clients, consumers: [anonymous], tokens, clock })
  const plugin = pluginOf(oauth2, { ...allGrants, ...config }, edge)
  const pass = async (asked: Asked, change: Partial<Exchange> = {}) => {
    const exchange: Exchange = { ...exchangeOf(asked), ...change }
    const answer = await plugin.access?.(exchange)
    return { exchange, answer, status: answer?.status, body: bodyOf(answer) as Record<string, string> | undefined }
  }
  const post = (path: string, fields: Fields, headers: Array<[string, string]> = []) =>
    pass({
      method: 'POST',
      path,
      isTls: true,
      headers: [['Content-Type', 'application/x-www-form-urlencoded'], ...headers],
      body: new URLSearchParams(fields).toString(),
    })
  const token = (fields: Fields, headers: Array<[string, string]> = []) => post('/oauth2/token', fields, headers)
  const authorize = (fields: Fields) =>
    post('/any/oauth2/authorize/', { client_id: 'website', response_type: 'code', scope: 'read', ...user, ...fields })
  const codeOf = async (fields: Fields = {}) => {
    const { body } = await authorize({ code_challenge: challenge, ...fields })
    return new URL(body?.['redirect_uri'] ?? '').searchParams.get('code') ?? ''
  }
  const use = (access: string | undefined, change: Partial<Exchange> = {}) =>
    pass({ headers: [['Authorization', `Bearer ${access}`]] }, change)
  return {
    clock,
    pass,
    post,
    token,
    authorize,
    codeOf,
    use,
    plugin,
  }
}

const refused = (error: string, description: string) => ({
  status: 400,
  body: { error, error_description: description },
})
const invalidClient = refused('invalid_client', 'Invalid client authentication')

describe.each(dialects())('oauth2 on %s', (dialect) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await migrate(database.db, { set: 'edge' })
  })
  afterAll(() => database[Symbol.asyncDispose]())

  test('client credentials give a token that makes the client the caller', async () => {
    const bench = benchOn(database)
    const { answer, body } = await bench.token({
      grant_type: 'client_credentials',
      ...secret,
      scope: 'write read',
      state: 's 1',
    })
    expect(answer).toMatchObject({
      status: 200,
      headers: [
        ['Content-Type', 'application/json; charset=utf-8'],
        ['cache-control', 'no-store'],
        ['pragma', 'no-cache'],
      ],
    })
    const access = expect.stringMatching(/^[A-Za-z0-9]{32}$/)
    expect(body).toEqual({ access_token: access, token_type: 'bearer', expires_in: 7200, state: 's 1' })
    const { exchange, answer: none } = await bench.pass({
      headers: [
        ['Authorization', `Bearer ${body?.['access_token']}`],
        ['X-Authenticated-Userid', 'forged'],
        ['x-anonymous-consumer', 'true'],
      ],
    })
    expect(none).toBeUndefined()
    expect(exchange).toMatchObject({ consumer: website, credential: { id: 'credential-of-website' } })
    expect(Object.fromEntries(exchange.request.headers)).toEqual({
      Authorization: `Bearer ${body?.['access_token']}`,
      'X-Consumer-ID': website.id,
      'X-Consumer-Custom-ID': 'web-001',
      'X-Consumer-Username': 'website',
      'X-Credential-Identifier': 'website',
      'X-Authenticated-Scope': 'write read',
    })
  })

  test.each([
    ['no client', { grant_type: 'client_credentials', scope: 'read' }, invalidClient],
    ['an unknown client', { grant_type: 'password', client_id: 'nobody', client_secret: 'x' }, invalidClient],
    ['an unknown client and no grant', { client_id: 'nobody', client_secret: 'x' }, invalidClient],
    [
      'a wrong secret',
      { grant_type: 'client_credentials', ...secret, client_secret: 'x', scope: 'nope' },
      invalidClient,
    ],
    ['no secret', { grant_type: 'client_credentials', client_id: 'website', scope: 'read' }, invalidClient],
    ['no grant', secret, refused('unsupported_grant_type', 'Invalid grant_type')],
    ['an unknown grant', { grant_type: 'magic', ...secret }, refused('unsupported_grant_type', 'Invalid grant_type')],
    [
      'an unknown scope',
      { grant_type: 'client_credentials', ...secret, scope: 'read x' },
      refused('invalid_scope', '"x" is an invalid scope'),
    ],
    [
      'a user without the provision key',
      { grant_type: 'client_credentials', ...secret, authenticated_userid: 'u' },
      refused('invalid_provision_key', 'Invalid provision_key'),
    ],
    [
      'a public client with a secret',
      { grant_type: 'client_credentials', client_id: 'spa', client_secret: 'x' },
      refused('invalid_request', 'client_secret is disallowed for public clients'),
    ],
    [
      'an unregistered redirect_uri',
      { grant_type: 'refresh_token', ...secret, redirect_uri: 'https://evil.org/' },
      refused(
        'invalid_request',
        'Invalid redirect_uri that does not match with any redirect_uri created with the application',
      ),
    ],
    [
      'an unknown code',
      { grant_type: 'authorization_code', ...secret, code: 'x'.repeat(32) },
      refused('invalid_request', 'Invalid code'),
    ],
    ['no code', { grant_type: 'authorization_code', ...secret }, refused('invalid_request', 'Invalid code')],
    [
      'an unknown refresh token',
      { grant_type: 'refresh_token', ...secret, refresh_token: 'x' },
      refused('invalid_request', 'Invalid refresh_token'),
    ],
    [
      'a password without a user',
      { grant_type: 'password', ...secret, provision_key: 'provision', authenticated_userid: ' ' },
      refused('invalid_authenticated_userid', 'Missing authenticated_userid parameter'),
    ],
    [
      'a password with a wrong provision key',
      { grant_type: 'password', ...secret, provision_key: 'x' },
      refused('invalid_provision_key', 'Invalid provision_key'),
    ],
  ])('a token request with %s is refused', async (_what, fields, expected) => {
    const bench = benchOn(database)
    expect(await bench.token(fields)).toMatchObject(expected)
  })

  test('Basic authentication names the client: a wrong secret is 401, an other client in the form 400', async () => {
    const bench = benchOn(database)
    const basic = (text: string): [string, string] => ['Authorization', `Basic ${Buffer.from(text).toString('base64')}`]
    const ask = (text: string, more: Fields = {}) =>
      bench.token({ grant_type: 'client_credentials', ...more }, [basic(text)])
    expect(await ask('website:website-secret')).toMatchObject({ status: 200 })
    const wrong = await ask('website:x')
    expect(wrong).toMatchObject({ ...invalidClient, status: 401 })
    expect(wrong.answer?.headers).toContainEqual(['WWW-Authenticate', 'Basic realm="OAuth2.0"'])
    expect(await ask('nobody:x')).toMatchObject(invalidClient)
    expect(await ask('website:website-secret', { client_id: 'other' })).toMatchObject(invalidClient)
    expect(await ask('website:x', secret)).toMatchObject({ status: 200 })
  })

  test('scopes: a mandatory one must be sent, empty will do; none configured means that any is ignored', async () => {
    const strict = benchOn(database, { mandatory_scope: true })
    const grant = { grant_type: 'client_credentials', ...secret }
    expect(await strict.token(grant)).toMatchObject(refused('invalid_scope', 'You must specify a scope'))
    expect(await strict.token({ ...grant, scope: '' })).toMatchObject({ status: 200 })
    const open = benchOn(database, { scopes: undefined })
    const { body } = await open.token({ ...grant, scope: 'anything' })
    const { exchange } = await open.use(body?.['access_token'])
    expect(exchange.request.headers.has('x-authenticated-scope')).toBe(false)
  })

  test('parameters may stand in JSON, a multipart body or the query; not in plain text', async () => {
    const bench = benchOn(database)
    const fields = { grant_type: 'client_credentials', ...secret }
    const boundary = '------------------------d74496d66958873e'
    const ask = (type: string, body: string, query?: string) =>
      bench.pass({
        method: 'POST',
        path: '/oauth2/token',
        isTls: true,
        headers: [['Content-Type', type]],
        body,
        ...(query && { query }),
      })
    const parts = Object.entries(fields).map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const form = new URLSearchParams(fields).toString()
    expect(await ask('application/json', JSON.stringify(fields))).toMatchObject({ status: 200 })
    expect(
      await ask(`multipart/form-data; boundary=${boundary}`, `${parts.join('')}--${boundary}--\r\n`),
    ).toMatchObject({ status: 200 })
    expect(await ask('text/plain', '', form)).toMatchObject({ status: 200 })
    expect(await ask('text/plain', form)).toMatchObject(invalidClient)
    expect(await ask('application/json', JSON.stringify({ ...fields, scope: ['read'] }))).toMatchObject(
      refused('invalid_scope', 'scope must be a string'),
    )
    expect(await ask('application/json', '{"grant_type":')).toMatchObject(invalidClient)
  })

  test('a code buys a token and a refresh token, once, for the client that it was made for', async () => {
    const bench = benchOn(database)
    const code = await bench.codeOf()
    const fields = { grant_type: 'authorization_code', ...secret, code, code_verifier: verifier }
    const other = { ...fields, client_id: 'other', client_secret: 'other-secret' }
    expect(await bench.token(other)).toMatchObject(refused('invalid_request', 'Invalid code'))
    const both = await Promise.all([bench.token(fields), bench.token(fields)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400])
    const { body } = both.find(({ status }) => status === 200) ?? {}
    expect(body).toMatchObject({ refresh_token: expect.stringMatching(/^\w{32}$/), expires_in: 7200 })
    const { exchange } = await bench.use(body?.['access_token'])
    expect(exchange.request.headers.get('x-authenticated-userid')).toBe('user-17')
    expect(await bench.token(fields)).toMatchObject(refused('invalid_request', 'Invalid code'))
  })

  test('a challenge and a user id may be of any length', async () => {
    const bench = benchOn(database)
    const long = 'x'.repeat(3000)
    const answer = await bench.authorize({ code_challenge: long, authenticated_userid: long })
    expect(answer).toMatchObject({ status: 200 })
  })

  test('a code lives for five minutes', async () => {
    const bench = benchOn(database)
    const code = await bench.codeOf()
    bench.clock.now += 300_000
    const fields = { grant_type: 'authorization_code', ...secret, code, code_verifier: verifier }
    expect(await bench.token(fields)).toMatchObject(refused('invalid_request', 'Invalid code'))
  })

  test.each([
    [{}, 'invalid_request', 'code_verifier is required for PKCE authorization requests'],
    [{ code_verifier: 'short' }, 'invalid_request', 'code_verifier must be between 43 and 128 characters'],
    [{ code_verifier: 'x'.repeat(129) }, 'invalid_request', 'code_verifier must be between 43 and 128 characters'],
    [{ code_verifier: 'x'.repeat(43) }, 'invalid_grant', 'Invalid code'],
  ])('a code with a challenge stays good after a wrong verifier (%j)', async (wrong, error, description) => {
    const bench = benchOn(database)
    const fields = { grant_type: 'authorization_code', ...secret, code: await bench.codeOf() }
    expect(await bench.token({ ...fields, ...wrong })).toMatchObject(refused(error, description))
    expect(await bench.token({ ...fields, code_verifier: verifier })).toMatchObject({ status: 200 })
  })

  test('PKCE: lax asks public clients for a challenge, strict all, none nobody; only S256 is known', async () => {
    const errorOf = async (config: object, fields: Fields) => {
      const bench = benchOn(database, config)
      const { body } = await bench.authorize(fields)
      return new URL(body?.['redirect_uri'] ?? '').searchParams.get('error_description')
    }
    const spa = { client_id: 'spa' }
    expect(await errorOf({}, {})).toBeNull()
    expect(await errorOf({}, spa)).toBe('code_challenge is required for public clients')
    expect(await errorOf({ pkce: 'strict' }, {})).toBe('code_challenge is required for confidential clients')
    expect(await errorOf({ pkce: 'none' }, spa)).toBeNull()
    expect(await errorOf({}, { code_challenge: challenge, code_challenge_method: 'plain' })).toBe(
      'code_challenge_method is not supported, must be S256',
    )
    expect(await errorOf({}, { code_challenge_method: 'S256' })).toBe(
      'code_challenge is required when code_method is present',
    )
  })

  test('an authorization is answered with the address to go to, error or not', async () => {
    const bench = benchOn(database)
    const to = async (fields: Fields) => (await bench.authorize(fields)).body?.['redirect_uri']
    expect(await to({ state: 'a b' })).toMatch(/^https:\/\/www\.example\.com\/callback\?code=\w{32}&state=a%20b$/)
    expect(await to({ redirect_uri: 'https://www.example.com/cb2?x=1' })).toMatch(/cb2\?code=\w{32}&x=1$/)
    expect(await to({ scope: 'admin' })).toBe(
      'https://www.example.com/callback?error=invalid_scope&error_description=%22admin%22%20is%20an%20invalid%20scope',
    )
    expect(await to({ response_type: 'magic' })).toMatch(
      /error=unsupported_response_type&error_description=Invalid%20response_type$/,
    )
    expect(await to({ redirect_uri: 'https://evil.org/', scope: 'admin' })).toMatch(
      /^https:\/\/www\.example\.com\/callback\?error=invalid_request/,
    )
    expect(await to({ response_type: 'token', state: 'xyz' })).toMatch(
      /^https:\/\/www\.example\.com\/callback#access_token=\w{32}&expires_in=7200&state=xyz&token_type=bearer$/,
    )
  })

  test('only errors of the sign-in page and an unknown client are answered as errors, with the state', async () => {
    const bench = benchOn(database)
    const state = 's'
    expect(await bench.authorize({ provision_key: 'x', state })).toMatchObject({
      status: 400,
      body: { error: 'invalid_provision_key', error_description: 'Invalid provision_key', state },
    })
    expect(await bench.authorize({ authenticated_userid: '' })).toMatchObject(
      refused('invalid_authenticated_userid', 'Missing authenticated_userid parameter'),
    )
    expect(await bench.authorize({ client_id: 'nobody', state })).toMatchObject({
      status: 400,
      body: { error: 'invalid_client', state },
    })
  })

  test('a refresh gives a new pair and ends the old one', async () => {
    const bench = benchOn(database)
    const first = await bench.token({ grant_type: 'password', ...secret, ...user, scope: 'read' })
    const refresh = { grant_type: 'refresh_token', ...secret, refresh_token: first.body?.['refresh_token'] ?? '' }
    const thief = { ...refresh, client_id: 'other', client_secret: 'other-secret' }
    expect(await bench.token(thief)).toMatchObject(invalidClient)
    const both = await Promise.all([bench.token({ ...refresh, scope: 'write' }), bench.token(refresh)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400])
    const next = both.find(({ status }) => status === 200)?.body
    expect(next).toMatchObject({ refresh_token: expect.not.stringMatching(refresh.refresh_token) })
    expect((await bench.use(first.body?.['access_token'])).status).toBe(401)
    const { exchange } = await bench.use(next?.['access_token'])
    expect(exchange.request.headers.get('x-authenticated-scope')).toBe('read')
    expect(await bench.token(refresh)).toMatchObject(refused('invalid_request', 'Invalid refresh_token'))
  })

  test('a refresh token that is reused lives on with each refresh', async () => {
    const bench = benchOn(database, { reuse_refresh_token: true, refresh_token_ttl: 10 })
    const { body } = await bench.token({ grant_type: 'password', ...secret, ...user })
    const refresh = { grant_type: 'refresh_token', ...secret, refresh_token: body?.['refresh_token'] ?? '' }
    bench.clock.now += 9000
    const again = await bench.token(refresh)
    expect(again.body).toMatchObject({ refresh_token: refresh.refresh_token })
    expect((await bench.use(body?.['access_token'])).status).toBe(401)
    bench.clock.now += 9000
    expect((await bench.use(again.body?.['access_token'])).status).toBeUndefined()
    expect(await bench.token(refresh)).toMatchObject({ status: 200 })
    bench.clock.now += 11_000
    expect(await bench.token(refresh)).toMatchObject(refused('invalid_request', 'Invalid refresh_token'))
  })

  test('a token with a scope that is no longer configured is not refreshed', async () => {
    const { body } = await benchOn(database).token({ grant_type: 'password', ...secret, ...user, scope: 'read' })
    const refresh = { grant_type: 'refresh_token', ...secret, refresh_token: body?.['refresh_token'] ?? '' }
    const later = benchOn(database, { scopes: ['write'] })
    expect(await later.token(refresh)).toMatchObject(refused('invalid_scope', 'Scope mismatch'))
  })

  test('a code is good where it was made alone, global credentials or not', async () => {
    for (const global_credentials of [true, false]) {
      const bench = benchOn(database, { global_credentials })
      const fields = {
        grant_type: 'authorization_code',
        ...secret,
        code: await bench.codeOf(),
        code_verifier: verifier,
      }
      const elsewhere = { ...service, id: 'another-service' }
      const asked = {
        method: 'POST',
        path: '/oauth2/token',
        isTls: true,
        headers: [['Content-Type', 'application/json']] as const,
        body: JSON.stringify(fields),
      }
      expect(await bench.pass(asked, { service: elsewhere })).toMatchObject(refused('invalid_request', 'Invalid code'))
      expect(await bench.pass(asked)).toMatchObject({ status: 200 })
    }
  })

  test('a redirect escapes all but letters, digits and underscores, and an empty state stands bare', async () => {
    const bench = benchOn(database)
    const redirectOf = async (fields: Fields) => (await bench.authorize({ code_challenge: challenge, ...fields })).body
    expect(await redirectOf({ response_type: 'x', state: 'a-b.c~é' })).toEqual({
      redirect_uri:
        'https://www.example.com/callback?error=unsupported_response_type&error_description=Invalid%20response_type' +
        '&state=a%2db%2ec%7e%c3%a9',
    })
    expect(await redirectOf({ state: '' })).toEqual({
      redirect_uri: expect.stringMatching(/^https:\/\/www\.example\.com\/callback\?code=\w{32}&state$/),
    })
  })

  test.each([
    ['a body client and a token in the place of Basic', 'Bearer x', 'refresh_token', 401],
    ['the same for a token of its own', 'Bearer x', 'client_credentials', 400],
    ['another client by Basic', `Basic ${btoa('website:website-secret')}`, 'refresh_token', 400],
    ['BASIC', `BASIC ${btoa('website:website-secret')}`, 'client_credentials', 400],
  ])('%s names no client', async (_what, authorization, grant_type, status) => {
    const bench = benchOn(database)
    const fields = authorization.startsWith('BASIC') ? { grant_type } : { grant_type, client_id: 'spa' }
    const answer = await bench.token(fields, [['Authorization', authorization]])
    expect(answer).toMatchObject({ ...invalidClient, status })
    expect(answer.answer?.headers?.some(([name]) => name === 'WWW-Authenticate')).toBe(status === 401)
  })

  test('repeated parameters are none of those that are looked for, and what is no text is refused', async () => {
    const bench = benchOn(database)
    const call = (query: string) => bench.pass({ method: 'POST', path: '/oauth2/token', isTls: true, query })
    const own = 'grant_type=client_credentials&client_secret=website-secret'
    expect(await call(`${own}&client_id=website&client_id=website`)).toMatchObject(invalidClient)
    expect(await call(`${own}&client_id=website&state=a&state=b`)).toMatchObject({ body: { state: ['a', 'b'] } })
    for (const id of ['authenticated_userid=', 'authenticated_userid=a&authenticated_userid=b']) {
      const answer = await call(`${own}&client_id=website&provision_key=provision&${id}`)
      expect(answer).toMatchObject({ status: 400, body: { error_description: 'Invalid authenticated_userid' } })
    }
  })

  test('a body brings no token with methods that have none', async () => {
    const bench = benchOn(database)
    const { body } = await bench.token({ grant_type: 'client_credentials', ...secret })
    const form = [['Content-Type', 'application/x-www-form-urlencoded']] as const
    const sent = { headers: form, body: `access_token=${body?.['access_token']}` }
    expect((await bench.pass({ ...sent, method: 'PATCH' })).status).toBeUndefined()
    expect((await bench.pass({ ...sent, method: 'DELETE' })).body).toMatchObject({ error: 'invalid_request' })
  })

  test('a token ends with its time, one without an end does not and has no refresh token', async () => {
    const bench = benchOn(database, { token_expiration: 2 })
    const { body } = await bench.token({ grant_type: 'client_credentials', ...secret })
    bench.clock.now += 2000
    expect((await bench.use(body?.['access_token'])).status).toBeUndefined()
    bench.clock.now += 1
    expect(await bench.use(body?.['access_token'])).toMatchObject({ status: 401 })
    const eternal = benchOn(database, { token_expiration: 0 })
    const { body: token } = await eternal.token({ grant_type: 'password', ...secret, ...user })
    expect(token).toEqual({ access_token: expect.any(String), token_type: 'bearer' })
    eternal.clock.now += 10 * 365 * 86_400_000
    expect((await eternal.use(token?.['access_token'])).status).toBeUndefined()
  })

  test('a bearer that is remembered is admitted without waiting', async () => {
    const bench = benchOn(database)
    const { body } = await bench.token({ grant_type: 'client_credentials', ...secret })
    await bench.use(body?.['access_token'])
    const exchange = exchangeOf({ headers: [['Authorization', `Bearer ${body?.['access_token']}`]] })
    expect(bench.plugin.access?.(exchange)).toBeUndefined()
    expect(exchange.consumer).toBe(website)
  })

  test('a token is good for its service alone, a global one wherever credentials are global', async () => {
    const bench = benchOn(database)
    const { body } = await bench.token({ grant_type: 'client_credentials', ...secret })
    const other = { service: { ...service, id: 'another' } }
    expect(await bench.use(body?.['access_token'], other)).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    })
    const open = benchOn(database, { global_credentials: true })
    const { body: global } = await open.token({ grant_type: 'client_credentials', ...secret })
    expect((await open.use(global?.['access_token'], other)).status).toBeUndefined()
  })

  test('a missing token and a wrong one are told apart, with the realm where there is one', async () => {
    const bench = benchOn(database, { realm: 'movies' })
    const challengeOf = ({ answer }: Awaited<ReturnType<typeof bench.pass>>) => answer?.headers?.at(-1)
    const missing = await bench.pass({})
    expect(missing).toMatchObject({
      status: 401,
      body: { error: 'invalid_request', error_description: 'The access token is missing' },
    })
    expect(challengeOf(missing)).toEqual(['WWW-Authenticate', 'Bearer realm="movies"'])
    const wrong = await bench.use('wrong')
    expect(wrong).toMatchObject({
      status: 401,
      body: { error: 'invalid_token', error_description: 'The access token is invalid or has expired' },
    })
    expect(challengeOf(wrong)?.[1]).toBe(
      'Bearer realm="movies" error="invalid_token" error_description="The access token is invalid or has expired"',
    )
  })

  test('a token is read from the header, then the query, then the body, and hidden where it was found', async () => {
    const bench = benchOn(database, { hide_credentials: true })
    const { body } = await bench.token({ grant_type: 'client_credentials', ...secret })
    const access = body?.['access_token'] ?? ''
    for (const value of [`Bearer ${access}`, `token ${access}`]) {
      const { exchange, answer } = await bench.pass({ headers: [['Authorization', value]] })
      expect(answer).toBeUndefined()
      expect(exchange.request.headers.has('authorization')).toBe(false)
    }
    const bare = await bench.pass({ headers: [['Authorization', access]] })
    expect(bare.answer).toBeUndefined()
    // As with Kong: kong.yml has a transformer remove it.
    expect(bare.exchange.request.headers.has('authorization')).toBe(true)
    const inQuery = await bench.pass({ query: `b=2&access_token=${access}&a=1` })
    expect([inQuery.answer, inQuery.exchange.request.query]).toEqual([undefined, 'a=1&b=2'])
    const form = [['Content-Type', 'application/x-www-form-urlencoded']] as const
    const inForm = await bench.pass({ method: 'POST', headers: form, body: `access_token=${access}&q=1` })
    expect([inForm.answer, (await inForm.exchange.request.body.read()).toString()]).toEqual([undefined, 'q=1'])
    const json = JSON.stringify({ access_token: access })
    const inJson = await bench.pass({ method: 'POST', headers: [['Content-Type', 'application/json']], body: json })
    expect([inJson.answer, (await inJson.exchange.request.body.read()).toString()]).toEqual([undefined, json])
    const rescued = await bench.pass({ headers: [['Authorization', 'Basic x']], query: `access_token=${access}` })
    expect(rescued.status).toBe(401)
  })

  test('the endpoints want POST and https, a trusted proxy may have ended it where that is accepted', async () => {
    const bench = benchOn(database)
    const get = await bench.pass({ path: '/a/oauth2/token/', isTls: true })
    expect(get).toMatchObject({ status: 405, body: { error: 'invalid_method' } })
    expect(get.answer?.headers?.at(-1)).toEqual([
      'WWW-Authenticate',
      'Bearer error="invalid_method" error_description="The HTTP method GET is invalid for the token endpoint"',
    ])
    const plain = await bench.pass({ method: 'POST', path: '/oauth2/token', scheme: 'https' })
    expect(plain).toMatchObject(refused('access_denied', 'You must use HTTPS'))
    const behind = benchOn(database, { accept_http_if_already_terminated: true })
    expect(await behind.pass({ method: 'POST', path: '/oauth2/token', scheme: 'https' })).toMatchObject(invalidClient)
    const exchange = exchangeOf({
      method: 'POST',
      path: '/oauth2/token',
      headers: [['X-Forwarded-Proto', 'https,http']],
    })
    Object.assign(exchange.request.connection, { isTrusted: true })
    const twice = { error: 'access_denied', error_description: 'Only one X-Forwarded-Proto header allowed' }
    expect(bodyOf(await behind.plugin.access?.(exchange))).toEqual(twice)
    expect((await bench.pass({ path: '/oauth2/token/more' })).body).toMatchObject({ error: 'invalid_request' })
  })

  test('with an anonymous consumer nobody is refused, and nothing that a client claims stays', async () => {
    const bench = benchOn(database, { anonymous: 'anonymous' })
    const { answer, exchange } = await bench.pass({
      headers: [
        ['X-Authenticated-Userid', 'forged'],
        ['Authorization', 'Bearer wrong'],
      ],
    })
    expect(answer).toBeUndefined()
    expect(exchange).toMatchObject({ consumer: anonymous, credential: undefined })
    expect(exchange.request.headers.has('x-authenticated-userid')).toBe(false)
    expect(await bench.token({ grant_type: 'client_credentials', ...secret })).toMatchObject({ status: 200 })
  })
})

test('grants must be enabled, and a mandatory scope needs scopes', () => {
  const grants = 'enable_authorization_code, enable_implicit_grant, enable_client_credentials, enable_password_grant'
  expect(refusalsOf(oauth2, { scopes: ['a'] })).toEqual([`: at least one of these fields must be true: ${grants}`])
  expect(refusalsOf(oauth2, { enable_client_credentials: true, mandatory_scope: true })).toEqual([
    'scopes: required field missing',
    "@config: failed conditional validation given value of field 'mandatory_scope'",
  ])
  expect(refusalsOf(oauth2, { enable_client_credentials: 'yes', pkce: 'S256', colour: 1 })).toEqual([
    'enable_client_credentials: expected a boolean',
    'pkce: expected one of: none, lax, strict',
    'colour: unknown field',
  ])
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { regions } from '@movieverse/regions/regions.ts'
import { ask, bearer, headerOf, onlySeen, type Header } from './support/asking.ts'
import { sendBytes } from './support/send.ts'
import { startTestEdge, type TestEdge } from './support/test-edge.ts'
import { edgeSecret, secretOf, serviceToken, signIn } from './support/tokens.ts'

let edge: TestEdge
const tokens = { app: '', user: '' }
beforeAll(async () => {
  edge = await startTestEdge()
  tokens.app = await serviceToken(edge)
  tokens.user = (await signIn(edge, 'website', 'the-real-user', 'viewer:read')).access
})
afterAll(() => edge[Symbol.asyncDispose]())

/** Everything that services believe beside the edge's secret, and the secrets themselves. */
const believed = [
  'X-Edge-Secret',
  'X-Service-Secret',
  'X-Consumer-ID',
  'X-Consumer-Custom-ID',
  'X-Consumer-Username',
  'X-Consumer-Groups',
  'X-Credential-Identifier',
  'X-Authenticated-Scope',
  'X-Authenticated-Userid',
  'X-Anonymous-Consumer',
]

const forgedValue = 'forged'
const forge = (spell: (name: string) => string): Header[] => believed.map((name) => [spell(name), forgedValue])

const spellings: ReadonlyArray<readonly [name: string, headers: Header[]]> = [
  ['as Kong writes them', forge((name) => name)],
  ['in lower case', forge((name) => name.toLowerCase())],
  ['in upper case', forge((name) => name.toUpperCase())],
  ['with odd capitals', forge((name) => [...name].map((c, i) => (i % 2 ? c.toUpperCase() : c.toLowerCase())).join(''))],
  ['twice', [...forge((name) => name), ...forge((name) => name.toLowerCase())]],
  ['with underscores', forge((name) => name.replaceAll('-', '_'))],
  ['with one underscore', forge((name) => name.replace('-', '_'))],
  ['beside underscores', [...forge((name) => name), ...forge((name) => name.replaceAll('-', '_'))]],
]

interface Place {
  readonly name: string
  readonly path: string
  readonly headers?: readonly Header[]
}

const apis: readonly Place[] = [
  { name: '/graphql', path: '/graphql' },
  ...regions.flatMap(({ code, slug }) => [
    { name: `/${code}/graphql`, path: `/${code.toLowerCase()}/graphql` },
    { name: `/${code}/movies`, path: `/${code.toLowerCase()}/movies` },
    { name: `/region/graphql ${code}`, path: '/region/graphql', headers: [['X-Region', code]] as const },
    { name: `/region/movies ${slug}`, path: '/region/movies', headers: [['X-Region', slug]] as const },
  ]),
]
const sockets: Place = { name: '/subscriptions', path: '/subscriptions' }
const pages: readonly Place[] = ['/graphiql/', '/authorize', '/sign-in', '/account', '/operators/readyz'].map(
  (path) => ({
    name: path,
    path,
  }),
)

/** What services read of a request: the hyphenated names alone. */
async function identityAt(place: Place, headers: readonly Header[]): Promise<Record<string, string | undefined>> {
  const request = onlySeen(await ask(edge, { path: place.path, headers: [...(place.headers ?? []), ...headers] }))
  return Object.fromEntries(believed.map((name) => [name, headerOf(request, name)]))
}

const nobody = {
  'X-Edge-Secret': edgeSecret,
  'X-Service-Secret': undefined,
  'X-Consumer-Groups': undefined,
  'X-Consumer-Custom-ID': undefined,
  'X-Anonymous-Consumer': undefined,
  'X-Authenticated-Scope': undefined,
  'X-Authenticated-Userid': undefined,
}
const aUuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown as string // what vitest's matchers stand for
const ofApp = {
  'X-Consumer-ID': aUuid,
  'X-Consumer-Username': 'demo-service',
  'X-Credential-Identifier': 'demo-service',
}
const ofUser = { 'X-Consumer-ID': aUuid, 'X-Consumer-Username': 'website', 'X-Credential-Identifier': 'website' }
const ofKey = { 'X-Consumer-ID': aUuid, 'X-Consumer-Username': 'partner-key', 'X-Credential-Identifier': aUuid }
const user = { 'X-Authenticated-Scope': 'viewer:read', 'X-Authenticated-Userid': 'the-real-user' }

describe('forged headers beside a token of an application', () => {
  test.each([...apis, sockets])('are replaced or taken away at $name', async (place) => {
    for (const [spelling, forged] of spellings) {
      const identity = await identityAt(place, [...forged, bearer(tokens.app)])
      expect(identity, spelling).toEqual({ ...nobody, ...ofApp })
    }
  })
})

describe('forged headers beside a token of a user', () => {
  test.each([...apis, sockets])('leave the user at $name', async (place) => {
    for (const [spelling, forged] of spellings) {
      const identity = await identityAt(place, [bearer(tokens.user), ...forged])
      expect(identity, spelling).toEqual({ ...nobody, ...ofUser, ...user })
    }
  })
})

describe('forged headers beside an API key', () => {
  test.each(apis)('bring no user at $name', async (place) => {
    for (const [spelling, forged] of spellings) {
      const identity = await identityAt(place, [...forged, ['apikey', secretOf('partner')]])
      expect(identity, spelling).toEqual({ ...nobody, ...ofKey })
    }
  })
})

// Kong's transformers see a hundred headers of a request. What says who asks is set or cleared by name, wherever it stands.
describe('forged headers behind a hundred others', () => {
  const others = Array.from({ length: 100 }, (_, index): Header => [`X-Other-${index}`, '1'])
  const { 'X-Service-Secret': _, 'X-Consumer-Groups': __, ...setByName } = nobody

  test.each([
    ['a token of an application', () => bearer(tokens.app), ofApp],
    ['a token of a user', () => bearer(tokens.user), { ...ofUser, ...user }],
    ['an API key', (): Header => ['apikey', secretOf('partner')], ofKey],
  ] as const)('change nothing beside %s', async (_name, credential, identity) => {
    const headers = [credential(), ...others, ...forge((name) => name)]
    expect(await identityAt({ name: '/graphql', path: '/graphql' }, headers)).toMatchObject({
      ...setByName,
      ...identity,
    })
  })
})

test('forged headers of a WebSocket’s handshake are replaced or taken away', async () => {
  for (const [spelling, forged] of spellings) {
    edge.echo.forget()
    const lines = forged.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const answer = await sendBytes(edge.url, [
      `GET /subscriptions?access_token=${tokens.user} HTTP/1.1\r\nHost: edge.example.com\r\n${lines}` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    ])
    expect(answer.status, spelling).toBe(101)
    const [request] = edge.echo.seen
    const identity = Object.fromEntries(believed.map((name) => [name, request && headerOf(request, name)]))
    expect(identity, spelling).toEqual({ ...nobody, ...ofUser, ...user })
  }
})

describe('forged headers on pages that ask for no credential', () => {
  test.each(pages)('are taken away at $name', async (place) => {
    for (const [spelling, forged] of spellings) {
      const nobodyAtAll = {
        'X-Consumer-ID': undefined,
        'X-Consumer-Username': undefined,
        'X-Credential-Identifier': undefined,
      }
      const identity = await identityAt(place, [...forged, bearer(tokens.user), ['apikey', secretOf('partner')]])
      expect(identity, spelling).toEqual({ ...nobody, ...nobodyAtAll })
    }
  })
})

// One request for each pair below, no more: an address may send 1,200 of these a minute.
describe('forged headers without a good credential', () => {
  const credentials: readonly Header[][] = [[], [bearer('wrong')], [['apikey', 'wrong']]]

  test.each([...apis, sockets].map((place, index) => ({ ...place, index })))(
    'are no credential at $name',
    async ({ path, headers = [], index }) => {
      for (const [at, [spelling, forged]] of spellings.entries()) {
        const credential = credentials[(index + at) % credentials.length] ?? []
        const { got, seen } = await ask(edge, { path, headers: [...headers, ...forged, ...credential] })
        expect([got.status, seen.length], spelling).toEqual([401, 0])
      }
    },
  )
})

describe('a Connection header that names what must arrive', () => {
  const named = [...believed, 'Content-Length', 'Transfer-Encoding', 'Host', 'Authorization', 'Cookie', 'apikey']

  async function expectRefused({ path, headers = [] }: Place, name: string): Promise<void> {
    for (const value of [name, name.toUpperCase(), `keep-alive, ${name.toLowerCase()}`]) {
      const { got, seen } = await ask(edge, { path, headers: [...headers, bearer(tokens.user), ['Connection', value]] })
      expect([got.status, seen.length], value).toEqual([400, 0])
    }
  }

  test.each(named)('is refused where it names %s', async (name) => {
    await expectRefused({ name: '/graphql', path: '/graphql' }, name)
  })

  test.each([...apis, sockets, ...pages])('is refused at $name', async (place) => {
    await expectRefused(place, 'X-Edge-Secret')
  })

  test('is refused where it comes twice', async () => {
    const headers: Header[] = [bearer(tokens.user), ['Connection', 'close'], ['Connection', 'x-edge-secret']]
    const { got, seen } = await ask(edge, { path: '/graphql', headers })
    expect([got.status, seen.length]).toEqual([400, 0])
  })

  test('of every honest client passes', async () => {
    for (const value of ['close', 'keep-alive', 'Keep-Alive, close', 'te, close']) {
      const asked = await ask(edge, { path: '/graphql', headers: [bearer(tokens.user), ['Connection', value]] })
      expect(onlySeen(asked).service, value).toBe('supergraph')
    }
  })
})

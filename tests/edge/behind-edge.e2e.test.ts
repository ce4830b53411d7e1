import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { buildRegionApp } from '../../subgraphs/region/app.ts'
import { readRegionConfig } from '../../subgraphs/region/config.ts'
import { createScopedSubgraphs } from '../../supergraph/scopes/fixtures.ts'
import { startSupergraph } from '../../supergraph/fixtures/running-supergraph.ts'
import { hashOf } from '../../supergraph/trusted-documents/manifest.ts'
import { openSocketAt } from '@movieverse/service/testing/websocket-client.ts'
import { createTestDatabase } from '../support/databases.ts'
import { writeSmallCatalogue } from '../support/small-catalogue.ts'
import { bearer, json, type Header } from './support/asking.ts'
import { test } from './support/embedded-test.ts'
import { send, type Got } from './support/send.ts'
import { runEmbeddedEdge, testEdgeOf, type TestEdge } from './support/test-edge.ts'
import { accessTokenOf, askToken, secretOf, serviceToken, signIn } from './support/tokens.ts'

const documents = { films: '{ films { title } }', viewer: '{ viewer { name } }' }

let edge: TestEdge
const direct = { supergraph: '', india: '' }
const closing: Array<() => unknown> = []

// The real supergraph over a schema with a viewer's fields, and India's real service, behind the embedded edge.
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-behind-edge-'))
  closing.push(() => rm(folder, { recursive: true }))
  const manifest = join(folder, 'documents.json')
  await writeFile(
    manifest,
    JSON.stringify(Object.fromEntries(Object.values(documents).map((text) => [hashOf(text), text]))),
  )
  const supergraph = await startSupergraph(createScopedSubgraphs(), { TRUSTED_DOCUMENTS_FILE: manifest })
  closing.push(() => supergraph[Symbol.asyncDispose]())
  direct.supergraph = await supergraph.app.listen({ host: '127.0.0.1', port: 0 })
  const database = await createTestDatabase('sqlite')
  closing.push(() => database[Symbol.asyncDispose]())
  await writeSmallCatalogue(database.db)
  const settings = { REGION: 'IN', DATABASE_URL: database.url, LOG_LEVEL: 'silent', NODE_ENV: 'test' }
  const india = await buildRegionApp(readRegionConfig(settings))
  closing.push(() => india.close())
  direct.india = await india.listen({ host: '127.0.0.1', port: 0 })
  const upstreams = { supergraph: [new URL(direct.supergraph).host], india: [new URL(direct.india).host] }
  const running = await runEmbeddedEdge({ folder, upstreams })
  closing.push(() => running.command[Symbol.asyncDispose]())
  edge = testEdgeOf(running)
})
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

interface GraphqlAnswer {
  readonly data?: Record<string, unknown> | null
  readonly errors?: ReadonlyArray<{ readonly extensions: { readonly code: string } }>
}

async function query(base: string, path: string, text: string, headers: readonly Header[]): Promise<GraphqlAnswer> {
  const body = JSON.stringify({ query: text })
  const got = await send(base, { method: 'POST', path, headers: [json, ...headers], body })
  return got.json()
}

const codesOf = ({ errors = [] }: GraphqlAnswer): string[] => errors.map(({ extensions }) => extensions.code)

/** Somebody who knows even the secrets, and every way to write a header. */
const forged: readonly Header[] = [
  ['X-Edge-Secret', 'development-edge-secret'],
  ['X-Service-Secret', 'development-service-secret'],
  ['X-Consumer-Username', 'website'],
  ['X-Consumer-ID', 'website'],
  ['X-Authenticated-Userid', 'asha'],
  ['X-Authenticated-Scope', 'viewer:read viewer:write'],
].flatMap(([name = '', value = '']) => [
  [name, value] as const,
  [name.replaceAll('-', '_'), value] as const,
  [name.toUpperCase().replace('-', '_'), value] as const,
])

describe('forged identity is nobody’s', () => {
  test.each(['a key', 'a token of an application'])('at the supergraph, beside %s', async (kind) => {
    const credential = kind === 'a key' ? (['apikey', secretOf('partner')] as const) : bearer(await serviceToken(edge))
    const answer = await query(edge.url, '/graphql', '{ viewer { name } films { title } }', [...forged, credential])
    expect(codesOf(answer)).toEqual(['UNAUTHENTICATED'])
    expect(answer.data).toMatchObject({ viewer: null, films: [{ title: 'Ankur' }, { title: 'Gandhi' }] })
  })

  test('in underscores at the supergraph itself, the secret too', async () => {
    const underscored = forged.filter(([name]) => name.includes('_'))
    expect(codesOf(await query(direct.supergraph, '/graphql', documents.viewer, underscored))).toEqual([
      'UNAUTHENTICATED',
    ])
  })

  test('at the supergraph itself without the edge’s secret', async () => {
    const guessed = forged.map(([name, value]) => [name, name === 'X-Edge-Secret' ? 'a guess' : value] as const)
    for (const headers of [guessed, forged.filter(([name]) => name !== 'X-Edge-Secret')]) {
      expect(codesOf(await query(direct.supergraph, '/graphql', documents.viewer, headers))).toEqual([
        'UNAUTHENTICATED',
      ])
    }
  })

  test('for calls between services: the edge lets no service secret through', async () => {
    const text = '{ _service { sdl } }'
    const key: Header = ['apikey', secretOf('partner')]
    const secret: Header = ['X-Service-Secret', 'development-service-secret']
    expect(codesOf(await query(direct.india, '/graphql', text, [secret]))).toEqual([])
    expect(codesOf(await query(edge.url, '/in/graphql', text, [...forged, key]))).not.toEqual([])
    expect(codesOf(await query(edge.url, '/region/graphql', text, [...forged, key, ['X-Region', 'IN']]))).not.toEqual(
      [],
    )
  })
})

describe('a viewer’s field', () => {
  const viewer = async (token: string): Promise<GraphqlAnswer> =>
    query(edge.url, '/graphql', documents.viewer, [bearer(token)])

  test('is answered to a user whose token has the scope', async () => {
    const { access } = await signIn(edge, 'demo-spa', 'asha', 'viewer:read')
    expect(await viewer(access)).toEqual({ data: { viewer: { name: 'Asha' } } })
  })

  test('is refused to a user whose token has another scope', async () => {
    const { access } = await signIn(edge, 'demo-spa', 'asha', 'viewer:write')
    expect(codesOf(await viewer(access))).toEqual(['FORBIDDEN'])
  })

  test('is refused to an application that has the scope and no user', async () => {
    expect(codesOf(await viewer(await serviceToken(edge, 'viewer:read')))).toEqual(['UNAUTHENTICATED'])
  })

  test('is refused to whoever took a token of a public client, which needs no secret', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'demo-spa', scope: 'viewer:read viewer:write' }
    expect(codesOf(await viewer(accessTokenOf(await askToken(edge, form))))).toEqual(['UNAUTHENTICATED'])
  })

  test('is refused to an API key', async () => {
    const answer = await query(edge.url, '/graphql', documents.viewer, [['apikey', secretOf('demo')]])
    expect(codesOf(answer)).toEqual(['UNAUTHENTICATED'])
  })
})

describe('over a WebSocket through the edge', () => {
  async function viewerOver(path: string, headers: Record<string, string> = {}): Promise<unknown> {
    using socket = await openSocketAt(edge.url, { path, headers })
    socket.send({ id: '1', type: 'subscribe', payload: { query: documents.viewer } })
    return (await socket.receive()).payload
  }
  const refused = { data: { viewer: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }

  test('a user is known by the token in the address, as browsers must send it', async () => {
    const { access } = await signIn(edge, 'demo-spa', 'asha', 'viewer:read')
    expect(await viewerOver(`/subscriptions?access_token=${access}`)).toEqual({ data: { viewer: { name: 'Asha' } } })
  })

  test('forged headers and an application’s token are nobody', async () => {
    const token = await serviceToken(edge, 'viewer:read')
    expect(await viewerOver(`/subscriptions?access_token=${token}`, Object.fromEntries(forged))).toMatchObject(refused)
    const headers = { ...Object.fromEntries(forged), authorization: `Bearer ${token}` }
    expect(await viewerOver('/graphql', headers)).toMatchObject(refused)
  })

  test('nothing opens without a credential', async () => {
    await expect(viewerOver('/subscriptions')).rejects.toThrow('no WebSocket')
  })
})

describe('the edge keeps answers as they are really sent', () => {
  async function statuses(path: string, headers: readonly Header[]): Promise<Array<string | undefined>> {
    const answers: Got[] = []
    for (let count = 0; count < 2; count++) answers.push(await edge.send({ path, headers }))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[1]?.text).toBe(answers[0]?.text)
    return answers.map((answer) => answer.headers['x-cache-status']?.toString())
  }
  const key: Header = ['apikey', secretOf('partner')]
  const url = (text: string): string => `/graphql?documentId=sha256:${hashOf(text)}`

  test.each(['application/json', 'application/graphql-response+json', '*/*'])(
    'trusted documents as %s',
    async (accept) => {
      expect(await statuses(url(documents.films), [key, ['Accept', accept]])).toEqual(['Miss', 'Hit'])
    },
  )

  test.each(['identity', 'gzip', 'br'])('REST lists, %s', async (encoding) => {
    const path = `/in/movies?first=50`
    expect(await statuses(path, [key, ['Accept-Encoding', encoding]])).toEqual(['Miss', 'Hit'])
  })

  test('but nothing of a viewer', async () => {
    const { access } = await signIn(edge, 'demo-spa', 'asha', 'viewer:read')
    expect(await statuses(url(documents.viewer), [bearer(access)])).toEqual(['Bypass', 'Bypass'])
  })

  test('and no list of a region by GraphQL', async () => {
    const path = `/in/graphql?query=${encodeURIComponent('{ __typename }')}`
    const headers = [key, ['mercurius-require-preflight', '1']] as const
    const got = await edge.send({ path, headers })
    expect([got.status, got.headers['x-cache-status']]).toEqual([200, undefined])
  })
})

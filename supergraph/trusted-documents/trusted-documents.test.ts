import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSocket } from '@movieverse/service/testing/websocket-client.ts'
import { createPlatformSubgraphs } from '../fixtures/platform-subgraphs.ts'
import { startSupergraph, type RunningSupergraph } from '../fixtures/running-supergraph.ts'
import { createScopedSubgraphs, signedIn } from '../scopes/fixtures.ts'
import { hashOf, readManifest } from './manifest.ts'

const films = 'query Films { films { title } }'
const filmsToday = 'query FilmsToday($id: ID!) { film(id: $id) { title today } }'
const mine = 'query Mine { films { title viewer { rating } } }'
const ticker = 'query Ticker { films { title } ticker }'
const broken = 'query Broken { films { title notes } }'
const rate = 'mutation Rate { rate(film: 1) { name } }'
const documents = [films, filmsToday, mine, ticker, broken, rate]

const folder = mkdtempSync(join(tmpdir(), 'movieverse-manifest-'))
const file = join(folder, 'manifest.json')
writeFileSync(file, JSON.stringify(Object.fromEntries(documents.map((text) => [hashOf(text), text]))))
afterAll(() => rmSync(folder, { recursive: true }))

const documentId = (text: string): string => `sha256:${hashOf(text)}`
const persistedQuery = (text: string): object => ({ persistedQuery: { version: 1, sha256Hash: hashOf(text) } })

interface Answer {
  readonly status: number
  readonly body: { data?: unknown; errors?: Array<{ extensions: { code: string } }> }
  readonly headers: Record<string, unknown>
}

async function post(supergraph: RunningSupergraph, payload: object): Promise<Answer> {
  const answer = await supergraph.app.inject({ method: 'POST', url: '/graphql', payload })
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
}

async function get(
  supergraph: RunningSupergraph,
  query: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await supergraph.app.inject({ url: '/graphql', query, headers })
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
}

const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions.code
const filmsAnswer = { data: { films: [{ title: 'Ankur' }, { title: 'Gandhi' }] } }

function serve(
  env: Record<string, string>,
  createSubgraphs = createScopedSubgraphs,
): { readonly supergraph: RunningSupergraph } {
  const holder: { supergraph?: RunningSupergraph } = {}
  beforeAll(async () => {
    holder.supergraph = await startSupergraph(createSubgraphs(), env)
  })
  afterAll(async () => holder.supergraph?.[Symbol.asyncDispose]())
  return {
    get supergraph() {
      if (!holder.supergraph) throw new Error('not started yet')
      return holder.supergraph
    },
  }
}

describe('with TRUSTED_DOCUMENTS=required', () => {
  const served = serve({ TRUSTED_DOCUMENTS: 'required', TRUSTED_DOCUMENTS_FILE: file, GRAPHIQL: 'on' })

  test.each([
    ['documentId', { documentId: documentId(films) }],
    ['a hash in capitals', { documentId: `sha256:${hashOf(films).toUpperCase()}` }],
    ['Apollo’s extension', { extensions: persistedQuery(films) }],
    ['its own text', { query: films }],
    ['id and text', { query: films, documentId: documentId(films) }],
  ])('a trusted document is answered by %s', async (_what, payload) => {
    expect(await post(served.supergraph, payload)).toMatchObject({ status: 200, body: filmsAnswer })
  })

  test('variables and operation names go with it', async () => {
    const { body } = await post(served.supergraph, {
      documentId: documentId(filmsToday),
      variables: { id: 2 },
      operationName: 'FilmsToday',
    })
    expect(body).toEqual({ data: { film: { title: 'Gandhi', today: 'sunny' } } })
  })

  test.each([
    ['another text', { query: '{ films { id } }' }, 'TRUSTED_DOCUMENT_REQUIRED'],
    [
      'another text with its own hash',
      { query: '{ films { id } }', documentId: documentId('{ films { id } }') },
      'TRUSTED_DOCUMENT_REQUIRED',
    ],
    ['another text with a trusted hash', { query: '{ films { id } }', documentId: documentId(films) }, 'BAD_REQUEST'],
    ['introspection', { query: '{ __schema { types { name } } }' }, 'TRUSTED_DOCUMENT_REQUIRED'],
    ['an unknown hash', { documentId: documentId('{ films { id } }') }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['a hash of another kind', { documentId: 'md5:00' }, 'BAD_REQUEST'],
    ['an id that is no text', { documentId: 7 }, 'BAD_REQUEST'],
    ['nothing', {}, 'BAD_REQUEST'],
  ])('%s is refused with 400', async (_what, payload, code) => {
    const answer = await post(served.supergraph, payload)
    expect([answer.status, codeOf(answer)]).toEqual([400, code])
  })

  test('over WebSocket the same documents are answered and the same refused', async () => {
    await served.supergraph.app.listen({ host: '127.0.0.1', port: 0 })
    using socket = await openSocket(served.supergraph.app)
    const ask = async (payload: object): Promise<unknown> => {
      socket.send({ id: '1', type: 'subscribe', payload })
      const message = await socket.receive()
      if (message.type === 'next') expect(await socket.receive()).toMatchObject({ type: 'complete' })
      return message
    }
    for (const payload of [
      { documentId: documentId(films) },
      { extensions: persistedQuery(films) },
      { query: films },
    ]) {
      expect(await ask(payload)).toMatchObject({ type: 'next', payload: filmsAnswer })
    }
    for (const query of ['{ films { id } }', 'subscription { heard }']) {
      expect(await ask({ query })).toMatchObject({
        type: 'error',
        payload: [{ extensions: { code: 'TRUSTED_DOCUMENT_REQUIRED' } }],
      })
    }
  })

  test('GraphiQL, which asks ad hoc, is not there', async () => {
    expect((await served.supergraph.app.inject('/graphiql/')).statusCode).toBe(404)
  })
})

describe('a trusted document by GET', () => {
  const served = serve({ TRUSTED_DOCUMENTS_FILE: file })

  test('is kept for the least time of its fields, without a header that a link could not send', async () => {
    const answer = await get(served.supergraph, { documentId: documentId(films) })
    expect(answer.body).toEqual(filmsAnswer)
    expect(answer.headers).toMatchObject({ 'cache-control': 'public, max-age=300', vary: 'X-Region, Accept' })
    const today = { documentId: documentId(filmsToday), variables: '{"id":1}' }
    expect((await get(served.supergraph, today)).headers['cache-control']).toBe('public, max-age=10')
    const apollo = { extensions: JSON.stringify(persistedQuery(films)) }
    expect((await get(served.supergraph, apollo)).headers['cache-control']).toBe('public, max-age=300')
  })

  test('is for one viewer once it touches what is a viewer’s, and not kept where that is refused', async () => {
    const query = { documentId: documentId(mine) }
    const answer = await get(served.supergraph, query, signedIn('viewer:read'))
    expect(answer.headers['cache-control']).toBe('private, max-age=300')
    expect((await get(served.supergraph, query)).headers['cache-control']).toBe('no-store')
  })

  test('is not kept where a root field has no limit', async () => {
    expect((await get(served.supergraph, { documentId: documentId(ticker) })).headers['cache-control']).toBe('no-store')
  })

  test('is not kept where it failed', async () => {
    const catalog = served.supergraph.subgraphs.get('catalog')
    if (!catalog) throw new Error('a catalog is among the subgraphs')
    catalog.fault = ({ socket }) => socket.destroy()
    const answer = await get(served.supergraph, { documentId: documentId(films) })
    catalog.fault = undefined
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('may not be a mutation', async () => {
    const answer = await get(served.supergraph, { documentId: documentId(rate) }, signedIn('viewer:write'))
    expect([answer.status, codeOf(answer)]).toEqual([405, 'METHOD_NOT_ALLOWED'])
  })

  test('opens no way for texts of another site', async () => {
    const query = { query: '{ films { id } }', documentId: documentId('{ films { id } }') }
    expect(codeOf(await get(served.supergraph, query))).toBe('CSRF_PREVENTION')
    const unknown = await get(served.supergraph, query, { 'mercurius-require-preflight': '1' })
    expect(codeOf(unknown)).toBe('PERSISTED_QUERY_NOT_FOUND')
  })

  test('other answers are not kept: ad-hoc queries by GET, and anything by POST', async () => {
    const adHoc = await get(served.supergraph, { query: films }, { 'mercurius-require-preflight': '1' })
    expect([adHoc.status, adHoc.headers['cache-control']]).toEqual([200, 'no-store'])
    const posted = await post(served.supergraph, { documentId: documentId(films) })
    expect([posted.status, posted.headers['cache-control']]).toEqual([200, 'no-store'])
  })
})

describe('with TRUSTED_DOCUMENTS=off', () => {
  const served = serve({})

  test('texts are answered, with their hash or without', async () => {
    expect((await post(served.supergraph, { query: films })).body).toEqual(filmsAnswer)
    expect((await post(served.supergraph, { query: films, extensions: persistedQuery(films) })).body).toEqual(
      filmsAnswer,
    )
  })

  test('a client that tries a hash first is told to send texts', async () => {
    const answer = await post(served.supergraph, { extensions: persistedQuery(films) })
    expect(codeOf(answer)).toBe('PERSISTED_QUERY_NOT_SUPPORTED')
    expect(codeOf(await post(served.supergraph, { extensions: persistedQuery(films) }))).toBe(
      'PERSISTED_QUERY_NOT_SUPPORTED',
    )
  })
})

describe('a manifest', () => {
  const read = (content: string): unknown => {
    const other = join(folder, 'other.json')
    writeFileSync(other, content)
    return readManifest(other)
  }

  test.each([
    ['no JSON', '{', /cannot read/],
    ['a list', '[]', /must hold a JSON object/],
    ['a wrong hash', JSON.stringify({ [hashOf('x')]: films }), /is not the hash of its text/],
    ['a syntax error', JSON.stringify({ [hashOf('{')]: '{' }), /Syntax Error/],
    ['two operations', JSON.stringify({ [hashOf(`${films} ${rate}`)]: `${films} ${rate}` }), /one operation/],
  ])('with %s keeps the supergraph from starting', (_what, content, message) => {
    expect(() => read(content)).toThrow(message)
  })

  test('that is not there keeps the supergraph from starting', () => {
    expect(() => readManifest(join(folder, 'missing.json'))).toThrow(/cannot read/)
  })
})

describe('a trusted document about a region', () => {
  const inRegion = 'query InRegion { region { region { code } } }'
  const seen = 'query Seen { movies { nodes { title viewer { seen } } } }'
  const regionsFile = join(folder, 'regions.json')
  writeFileSync(regionsFile, JSON.stringify(Object.fromEntries([inRegion, seen].map((text) => [hashOf(text), text]))))
  const served = serve({ TRUSTED_DOCUMENTS_FILE: regionsFile }, createPlatformSubgraphs)

  test('is kept where the header names the region, and not where the profile of the one who asks does', async () => {
    const query = { documentId: documentId(inRegion) }
    const named = await get(served.supergraph, query, { ...signedIn('viewer:read'), 'x-region': 'IN' })
    expect(named.headers['cache-control']).toBe('public, max-age=60')
    for (let count = 0; count < 5; count += 1) {
      const mine = await get(served.supergraph, query, signedIn('viewer:read'))
      expect(mine.body).toEqual({ data: { region: { region: { code: 'GB' } } } })
      expect(mine.headers['cache-control']).toBe('no-store')
    }
    expect((await get(served.supergraph, query)).headers['cache-control']).toBe('no-store')
  })

  test('is not kept with what a viewer did, which may be different the next moment', async () => {
    const answer = await get(served.supergraph, { documentId: documentId(seen) }, signedIn('viewer:read'))
    expect(answer.body.errors).toBeUndefined()
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})

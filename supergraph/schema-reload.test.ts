import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EventStream } from '@movieverse/service/event-stream.ts'
import { registerSubgraph } from '@movieverse/service/graphql.ts'
import { buildServer } from '@movieverse/service/server.ts'
import { openSocket } from '@movieverse/service/testing/websocket-client.ts'
import { buildSupergraph } from './app.ts'
import { composeSupergraph } from './composition/compose-supergraph.ts'
import { readSupergraphConfig } from './config.ts'
import { startHttpSubgraph, type HttpSubgraph } from './fixtures/http-subgraph.ts'
import { createLocalSubgraph } from './fixtures/local-subgraph.ts'
import { signedIn } from './scopes/fixtures.ts'
import { hashOf } from './trusted-documents/manifest.ts'

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes", "@listSize", "@cost", "@composeDirective"])'
const cacheControl = `
  extend schema @link(url: "https://movieverse.dev/cacheControl/v1.0", import: ["@cacheControl"]) @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT
  enum CacheControlScope { PUBLIC PRIVATE }
`

const filmsSdl = `${link} ${cacheControl}
  type Query { films: [Film!] @cacheControl(maxAge: 300) }
  type Film @key(fields: "id") { id: ID! title: String }
`

/** The service that comes later, with everything that a schema brings along. */
const playsSdl = `${link} ${cacheControl}
  type Query { plays: Int }
  type Subscription { played: Film }
  type Film @key(fields: "id") {
    id: ID!
    plays: Int @cacheControl(maxAge: 20)
    viewers: [String!] @requiresScopes(scopes: [["plays:read"]])
    similar(first: Int): [Film!] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
    forecast: Int @cost(weight: 3000)
  }
`

const env = { LOG_LEVEL: 'silent', NODE_ENV: 'test', PORT: '0' }
const films = 'query Films { films { title } }'
const played = 'query Played { films { title plays } }'

let folder: string
let file: string
let filmsService: HttpSubgraph
let playsService: FastifyInstance
let references = 0
const events = new Set<EventStream<object>>()
let app: FastifyInstance

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'movieverse-schema-'))
  file = join(folder, 'supergraph.graphql')
  references = 0
  filmsService = await startHttpSubgraph(
    createLocalSubgraph('films', filmsSdl, {
      Query: { films: () => [{ id: '1' }, { id: '2' }] },
      Film: { __resolveReference: ({ id }) => ({ id }), title: ({ id }) => `Film ${String(id)}` },
    }),
  )
  playsService = await startPlays()
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ [hashOf(played)]: played }))
  compose(['films'])
  app = await start({})
})
afterEach(async () => {
  await app.close()
  await playsService.close()
  await filmsService[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function startPlays(): Promise<FastifyInstance> {
  const config = readSupergraphConfig(env)
  const service = await buildServer({ name: 'plays', config })
  await registerSubgraph(service, {
    schema: playsSdl,
    config,
    context: () => ({}),
    resolvers: {
      Query: { plays: () => 21 },
      Film: {
        __resolveReference: (film: object) => {
          references += 1
          return film
        },
        plays: ({ id }: { id: string }) => Number(id) * 7,
        viewers: () => ['Asha'],
        similar: () => [{ id: '2' }],
      },
    },
    subscriptions: {
      played() {
        const stream = new EventStream<object>(() => events.delete(stream))
        events.add(stream)
        return stream
      },
    },
  })
  await service.listen({ host: '127.0.0.1', port: 0 })
  return service
}

/** Writes the schema of these services, as an operator would have it composed. */
function compose(names: ReadonlyArray<'films' | 'plays'>): void {
  const all = {
    films: { name: 'films', sdl: filmsSdl, url: filmsService.url },
    plays: { name: 'plays', sdl: playsSdl, url: `${playsService.listeningOrigin}/graphql` },
  }
  writeFileSync(file, composeSupergraph(names.map((name) => all[name])).supergraphSdl)
}

async function start(changes: Readonly<Record<string, string>>): Promise<FastifyInstance> {
  const settings = { SUPERGRAPH_SDL_FILE: file, TRUSTED_DOCUMENTS_FILE: join(folder, 'manifest.json') }
  const started = await buildSupergraph(readSupergraphConfig({ ...env, ...settings, ...changes }))
  await started.listen({ host: '127.0.0.1', port: 0 })
  return started
}

async function reloads(outcome: string): Promise<number> {
  const { body } = await app.inject('/metrics')
  return Number(new RegExp(`movieverse_schema_reloads_total{outcome="${outcome}".*} (\\d+)`).exec(body)?.[1] ?? 0)
}

/** What the signal does, which only a process of its own could be sent: see tests/schema-reload.e2e.test.ts. */
async function reload(outcome = 'ok'): Promise<void> {
  const before = await reloads(outcome)
  process.emit('SIGHUP')
  await vi.waitUntil(async () => (await reloads(outcome)) > before)
}

interface Answered {
  readonly data?: unknown
  readonly errors?: ReadonlyArray<{ readonly path?: unknown[]; readonly extensions: { readonly code: string } }>
}

async function ask(query: string, headers: Record<string, string> = {}): Promise<Answered> {
  return (await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })).json()
}

const byHash = async (text: string): Promise<unknown> => {
  const answer = await app.inject({ url: '/graphql', query: { documentId: `sha256:${hashOf(text)}` } })
  return [answer.json<Answered>().data, answer.headers['cache-control']]
}

const plays = [
  { title: 'Film 1', plays: 7 },
  { title: 'Film 2', plays: 14 },
]

test('a service that is added at run time is joined, at one request for it', async () => {
  expect(await ask(played)).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] })
  compose(['films', 'plays'])
  await reload()
  const before = filmsService.calls.length
  expect(await ask(played)).toEqual({ data: { films: plays } })
  expect([filmsService.calls.length - before, references]).toEqual([1, 2])
  expect(await ask('{ plays films { similar { title } } }')).toMatchObject({
    data: { plays: 21, films: [{ similar: [{ title: 'Film 2' }] }, {}] },
  })
  const { body } = await app.inject('/metrics')
  expect(body).toMatch(/movieverse_subgraph_breaker_state{service="plays".*} 0/)
  expect(body).toMatch(/movieverse_subgraph_request_duration_seconds_count{[^}]*service="plays"/)
})

test('its scopes, costs and cache hints hold', async () => {
  compose(['films', 'plays'])
  await reload()
  const viewers = '{ films { title viewers } }'
  expect(await ask(viewers)).toMatchObject({
    data: { films: [{ viewers: null }, { viewers: null }] },
    errors: [{ path: ['films'], extensions: { code: 'UNAUTHENTICATED' } }],
  })
  expect(await ask(viewers, signedIn('plays:read'))).toMatchObject({ data: { films: [{ viewers: ['Asha'] }, {}] } })
  for (const query of ['{ films { forecast } }', '{ films { similar(first: 50) { similar(first: 50) { id } } } }'])
    expect(await ask(query)).toMatchObject({ errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] })
  expect(await byHash(played)).toEqual([{ films: plays }, 'public, max-age=20'])
})

test('its subscriptions are served, joined with the others, to connections that were there before', async () => {
  using socket = await openSocket(app)
  compose(['films', 'plays'])
  await reload()
  socket.send({ id: 's', type: 'subscribe', payload: { query: 'subscription { played { title plays } }' } })
  await vi.waitUntil(() => events.size === 1)
  for (const stream of events) stream.push({ played: { id: '2' } })
  expect(await socket.receive()).toMatchObject({ type: 'next', payload: { data: { played: plays[1] } } })
  // To a subscription nothing is lost by a schema that comes later.
  compose(['films'])
  await reload()
  for (const stream of events) stream.push({ played: { id: '1' } })
  expect(await socket.receive()).toMatchObject({ type: 'next', payload: { data: { played: plays[0] } } })
})

test('a service that is taken away is gone with its fields, scopes and hints', async () => {
  compose(['films', 'plays'])
  await reload()
  expect(await byHash(played)).toEqual([{ films: plays }, 'public, max-age=20'])
  compose(['films'])
  await reload()
  expect(await byHash(played)).toEqual([undefined, 'no-store'])
  expect(await ask('{ films { plays } }')).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  })
  expect(await ask(films)).toEqual({ data: { films: [{ title: 'Film 1' }, { title: 'Film 2' }] } })
})

test('whoever asks in the meantime is answered rightly, from the schema before or the one after', async () => {
  const over = new AbortController()
  const answers: Answered[] = []
  const client = async (): Promise<void> => {
    while (!over.signal.aborted) answers.push(await ask('query Again { films { id title __typename } }'))
  }
  const clients = [client(), client(), client()]
  for (let round = 0; round < 6; round += 1) {
    const before = answers.length
    compose(round % 2 === 0 ? ['films', 'plays'] : ['films'])
    await reload()
    await expect.poll(() => answers.length, { timeout: 10_000 }).toBeGreaterThan(before)
  }
  over.abort()
  await Promise.all(clients)
  const whole = ['1', '2'].map((id) => ({ id, title: `Film ${id}`, __typename: 'Film' }))
  for (const answer of answers) expect(answer).toEqual({ data: { films: whole } })
})

test.each([
  ['no SDL', 'type Query {'],
  ['no composed schema', 'type Query { films: Int }'],
  ['nothing', ''],
])('a file that holds %s changes nothing', async (_what, text) => {
  writeFileSync(file, text)
  await reload('failed')
  expect(await ask(films)).toMatchObject({ data: { films: [{ title: 'Film 1' }, {}] } })
  compose(['films', 'plays'])
  await reload()
  expect(await ask(played)).toEqual({ data: { films: plays } })
})

test('a file that is looked at for changes needs no signal', async () => {
  await app.close()
  app = await start({ SUPERGRAPH_SDL_POLL_MS: '20' })
  compose(['films', 'plays'])
  await vi.waitUntil(async () => (await reloads('ok')) === 1, { timeout: 5000 })
  expect(await ask(played)).toEqual({ data: { films: plays } })
})

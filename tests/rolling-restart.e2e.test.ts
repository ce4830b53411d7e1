import { mkdtemp, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { regions } from '@movieverse/regions/regions.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bearer, json } from './edge/support/asking.ts'
import { runEmbeddedEdge, testEdgeOf, type TestEdge } from './edge/support/test-edge.ts'
import { serviceToken } from './edge/support/tokens.ts'
import { createTestDatabase, type TestDatabase } from './support/databases.ts'
import { startReplicas, type Replicas } from './support/replicas.ts'
import { writeSmallCatalogue } from './support/small-catalogue.ts'

let database: TestDatabase
let replicas: Replicas
let edge: TestEdge
let token = ''
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'movieverse-rolling-'))
  database = await createTestDatabase('sqlite')
  await writeSmallCatalogue(database.db)
  // Long enough for the edge's next check, which comes every second.
  replicas = await startReplicas(2, { DATABASE_URL: database.url, LOG_LEVEL: 'warn', DRAIN_DELAY_MS: '2000' })
  const names = ['supergraph', ...regions.map(({ slug }) => slug)]
  const upstreams = Object.fromEntries(names.map((name) => [name, replicas.hostsOf(name)]))
  edge = testEdgeOf(await runEmbeddedEdge({ folder, upstreams }))
  token = await serviceToken(edge, 'viewer:read viewer:write', 'roller')
})
afterAll(async () => {
  await edge[Symbol.asyncDispose]()
  await replicas[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

interface Asked {
  readonly status: number
  readonly text: string
  readonly body: { readonly data?: Record<string, unknown>; readonly errors?: unknown }
}

async function ask(query: string, variables: object = {}): Promise<Asked> {
  const body = JSON.stringify({ query, variables })
  const got = await edge.send({ method: 'POST', path: '/graphql', headers: [json, bearer(token)], body })
  return { status: got.status, text: got.text, body: got.json() }
}

const read = `{ region(code: IN) { movies(first: 3) { nodes { title directors { name } viewer { rating } } } } genres { name }
  us: region(code: US) { movies(first: 2) { nodes { title } } } gb: region(code: GB) { movies(first: 2) { nodes { title } } }
  popular(region: IN, first: 2) { nodes { movie { title } } } viewer { ratings(first: 1) { totalCount } } }`
const rate = `mutation ($id: ID!, $stars: Float!, $key: String!) {
  rateMovie(input: { movieId: $id, stars: $stars, idempotencyKey: $key }) { rating { stars } errors { message } } }`

/** Clients that ask one after the other until they are told to stop, and what went wrong. */
class Load {
  readonly failures: string[] = []
  count = 0
  /** The stars that were last answered as written, by title. */
  readonly written = new Map<string, number>()
  #isStopped = false

  async reader(): Promise<void> {
    while (!this.#isStopped) {
      const { status, text, body } = await ask(read).catch(failed)
      this.#note('read', status === 200 && body.errors === undefined, `${status} ${text}`)
      await wait(60)
    }
  }

  async writer(ids: readonly string[]): Promise<void> {
    for (let count = 0; !this.#isStopped; count += 1) {
      const id = ids[count % ids.length] ?? ''
      const stars = (1 + (count % 10)) / 2
      const { status, text, body } = await ask(rate, { id, stars, key: randomUUID() }).catch(failed)
      const expected = { rateMovie: { rating: { stars }, errors: [] } }
      const isDone = status === 200 && JSON.stringify(body.data) === JSON.stringify(expected)
      this.#note('write', isDone, `${status} ${text}`)
      if (isDone) this.written.set(id, stars)
      await wait(60)
    }
  }

  stop(): void {
    this.#isStopped = true
  }

  #note(what: string, isWell: boolean, text: string): void {
    this.count += 1
    if (!isWell) this.failures.push(`${new Date().toISOString()} ${what}: ${text.slice(0, 300)}`)
  }
}

const failed = (error: unknown): Asked => ({ status: 0, text: String(error), body: {} })

test(
  'every process is restarted under load, one after the other: nothing fails and no write is lost',
  { timeout: 240_000 },
  async () => {
    const { body } = await ask('{ region(code: US) { movies(first: 40) { nodes { id } } } }')
    // `as`: what the query selects.
    const { region } = body.data as { region: { movies: { nodes: Array<{ id: string }> } } }
    const ids = region.movies.nodes.map(({ id }) => id)
    const load = new Load()
    const clients = [load.reader(), load.reader(), load.writer(ids.slice(0, 20)), load.writer(ids.slice(20))]
    const codes: Array<readonly [service: string, code: number | null]> = []
    for (const replica of replicas.all) {
      const code = await replica.restart()
      codes.push([replica.service, code])
    }
    load.stop()
    await Promise.all(clients)
    expect(load.failures).toEqual([])
    expect(codes.filter(([, code]) => code !== 0)).toEqual([])
    expect(load.count).toBeGreaterThan(100)
    const { body: mine } = await ask('{ viewer { ratings(first: 50) { nodes { stars movie { id } } } } }')
    const { viewer } = mine.data as { viewer: { ratings: { nodes: Array<{ stars: number; movie: { id: string } }> } } }
    const stored = new Map(viewer.ratings.nodes.map(({ stars, movie }) => [movie.id, stars]))
    expect(stored).toEqual(load.written)
  },
)

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKongConfig } from '@movieverse/kong/config.ts'
import { renderKongYaml, writeKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { ensureBundle } from '@movieverse/web/site/bundle/site-bundle.ts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { edgeSecret } from './edge/support/tokens.ts'
import { startMariaDb, type MariaDbServer } from './support/mariadb.ts'
import { edgePlaces, servicePlaces, startReplicas, type Place, type Replicas } from './support/replicas.ts'
import { writeSmallCatalogue } from './support/small-catalogue.ts'

/** What was promised for readiness and for healing; for an answer a connection's and a statement's limits besides. */
const promisedMs = 2000
const answeredMs = 3000

interface Asked {
  readonly url: string
  readonly init?: RequestInit
}

/** For each kind of process a request that needs the database, and how it is answered while that is gone. */
const requests: Readonly<Record<string, { readonly ask: (place: Place) => Asked; readonly refused: RegExp }>> = {
  india: graphql('{ region { movies(first: 1) { nodes { title } } } }'),
  catalog: graphql('{ movies(first: 1) { nodes { title } } }'),
  viewers: graphql('{ viewer { ratings(first: 1) { totalCount } } }'),
  recommendations: graphql('{ popular(region: IN, first: 1) { nodes { movie { id } } } }'),
  web: {
    ask: ({ port }) => ({
      url: `http://127.0.0.1:${port}/account`,
      init: { headers: { cookie: `movieverse-session=${'s'.repeat(43)}` }, redirect: 'manual' },
    }),
    refused: /^503 <!doctype html>/iu,
  },
  edge: {
    ask: ({ port }) => ({
      url: `http://127.0.0.1:${port}/graphql`,
      init: { headers: { authorization: `Bearer ${'t'.repeat(32)}` } },
    }),
    refused: /^500 .*"message":\s*"An unexpected error occurred"/su,
  },
}

function graphql(query: string): (typeof requests)[string] {
  const headers = {
    'content-type': 'application/json',
    'x-edge-secret': edgeSecret,
    'x-consumer-username': 'website',
    'x-authenticated-userid': 'somebody',
    'x-authenticated-scope': 'viewer:read',
  }
  const init = { method: 'POST', headers, body: JSON.stringify({ query }) }
  return {
    ask: ({ port }) => ({ url: `http://127.0.0.1:${port}/graphql`, init }),
    refused: /^200 .*"code":"SERVICE_UNAVAILABLE"/su,
  }
}

interface Timed {
  readonly answer: string
  readonly ms: number
}

async function timed({ url, init }: Asked): Promise<Timed> {
  const began = performance.now()
  const answer = await fetch(url, init)
  return { answer: `${answer.status} ${await answer.text()}`, ms: performance.now() - began }
}

const livenessUrlOf = (place: Place & { readonly adminPort?: number }): string =>
  `http://127.0.0.1:${place.adminPort ?? place.port}/livez`

describe.skipIf(!inject('mariadbUrl'))('when the database is gone', () => {
  let server: MariaDbServer
  let replicas: Replicas
  let places: readonly Place[] = []
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'movieverse-outage-'))
    await writeKongYaml(join(folder, 'kong.yml'), renderKongYaml(readKongConfig({ EDGE_ACCESS_LOG: '/dev/null' })))
    const [started] = await Promise.all([startMariaDb({ durable: true }), ensureBundle()])
    server = started
    const root = createDatabase(`${server.url}mysql`)
    await root.raw('create database movieverse')
    await root.destroy()
    const DATABASE_URL = `${server.url}movieverse`
    const db = createDatabase(DATABASE_URL)
    await writeSmallCatalogue(db)
    for (const set of ['web', 'edge'] as const) await migrate(db, { set })
    await db.destroy()
    places = [
      ...(await servicePlaces(
        Object.keys(requests).filter((name) => name !== 'edge'),
        1,
      )),
      ...(await edgePlaces(folder, 1)),
    ]
    replicas = await startReplicas(places, {
      DATABASE_URL,
      LOG_LEVEL: 'silent',
      EDGE_CA_FILE: join(folder, 'edge.crt'),
    })
  })
  afterAll(async () => {
    await replicas[Symbol.asyncDispose]()
    await server.stop()
    await rm(folder, { recursive: true })
  })

  /** One line for each process: whether it is ready, whether it lives. */
  async function states(): Promise<string[]> {
    return Promise.all(
      places.map(async (place): Promise<string> => {
        const [ready, live] = await Promise.all([fetch(place.readinessUrl), fetch(livenessUrlOf(place))])
        return `${place.service} ${ready.status} ${live.status}`
      }),
    )
  }

  const everybody = (state: string): string[] => places.map(({ service }) => `${service} ${state}`)
  const asked = (): Promise<Timed[]> =>
    Promise.all(places.map((place) => timed(requests[place.service]?.ask(place) ?? { url: place.readinessUrl })))

  test.each([
    [
      'says nothing any more',
      async (): Promise<void> => void process.kill(server.pid, 'SIGSTOP'),
      async (): Promise<void> => void process.kill(server.pid, 'SIGCONT'),
    ],
    ['was killed', (): Promise<void> => server.kill(), (): Promise<void> => server.start()],
  ] as const)(
    'because it %s, every process is red and alive within 2 s, refuses with a code in time, and heals by itself',
    async (_how, end, bringBack) => {
      const before = await asked()
      expect(before.map(({ answer }) => answer.slice(0, 3))).toEqual(
        places.map(({ service }) => ({ web: '303', edge: '401' })[service] ?? '200'),
      )
      try {
        await end()
        const began = performance.now()
        expect(await states()).toEqual(everybody('503 200'))
        expect(performance.now() - began).toBeLessThan(promisedMs)
        for (const [index, { answer, ms }] of (await asked()).entries()) {
          const { service = '' } = places[index] ?? {}
          expect(answer, service).toMatch(requests[service]?.refused ?? /never/u)
          expect(answer, service).not.toMatch(/ECONN|127\.0\.0\.1|mysql|select /u)
          expect(ms, service).toBeLessThan(answeredMs)
        }
      } finally {
        await bringBack()
      }
      await expect.poll(states, { timeout: promisedMs, interval: 50 }).toEqual(everybody('200 200'))
      const after = await asked()
      expect(after.map(({ answer }) => answer.slice(0, 3))).toEqual(before.map(({ answer }) => answer.slice(0, 3)))
      expect(after.map(({ answer }) => answer).join()).not.toContain('SERVICE_UNAVAILABLE')
    },
  )
})

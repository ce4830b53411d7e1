import { migrate } from '@movieverse/service/migrations.ts'
import { seedIfEmpty } from '@movieverse/titles/seeding/seeding.ts'
import { expect, test } from 'vitest'
import { runCommand, type RunningCommand } from './support/command.ts'
import { createTestDatabase } from './support/databases.ts'
import { ask } from './support/graphql.ts'
import { freePort } from './support/mariadb.ts'
import { startTestPlatform, type RunningPlatform } from './support/platform.ts'

const supergraph = 'http://127.0.0.1:4000/graphql'

type Names = 'india' | 'usa' | 'uk'
interface Movies {
  movies: { totalCount: number; nodes: Array<{ label: string; directors: Array<{ name: string }> | null }> }
}
type Regions = Record<Names, Movies | null> & { genres: Array<{ name: string }> | null }

const movies = '{ movies(first: 5) { totalCount nodes { label directors { name } } } }'
const facts = '{ movies(first: 5) { totalCount nodes { label } } }'
const regionsWith = (fields: string): string =>
  `{ india: region(code: IN) ${fields} usa: region(code: US) ${fields} uk: region(code: GB) ${fields} genres { name } }`

const telltale = /127\.0\.0\.1|80[56]\d|ECONNREFUSED|\.ts/u

/** Every process of the platform over the seeded titles, on a database of their own. */
async function startSeededPlatform(): Promise<AsyncDisposable & { stop: (...names: string[]) => Promise<void> }> {
  const database = await createTestDatabase('sqlite')
  await migrate(database.db)
  await seedIfEmpty(database.db)
  const platform: RunningPlatform = await startTestPlatform(database.url)
  return {
    async stop(...names) {
      const stopped = platform.children.filter(({ name }) => names.includes(name))
      expect(stopped).toHaveLength(names.length)
      await Promise.all(stopped.map((child) => child.stop(5000)))
    },
    async [Symbol.asyncDispose]() {
      await platform[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** A second supergraph over the same services that asks no other region's service. */
async function startWithoutFailover(): Promise<{ url: string; command: RunningCommand }> {
  const port = await freePort()
  const command = runCommand(['supergraph/main.ts'], {
    PORT: String(port),
    LOG_LEVEL: 'info',
    REGION_FAILOVER: 'off',
  })
  await command.printed('Server listening')
  return { url: `http://127.0.0.1:${port}/graphql`, command }
}

test('with one region service stopped another one answers for it, and with all stopped the catalog still answers', async () => {
  await using platform = await startSeededPlatform()
  const whole = await ask<Regions>(supergraph, regionsWith(movies))
  expect(whole.errors).toBeUndefined()

  await platform.stop('india')
  expect(await ask<Regions>(supergraph, regionsWith(movies))).toEqual(whole)

  await platform.stop('usa', 'uk')
  const catalog = await ask<Regions>(supergraph, regionsWith(movies))
  expect(catalog.status).toBe(200)
  expect(catalog.data).toEqual({ india: null, usa: null, uk: null, genres: whole.data.genres })
  const byPath = catalog.errors?.toSorted((one, other) => String(one.path).localeCompare(String(other.path)))
  expect(byPath).toMatchObject(
    ['india', 'uk', 'usa'].map((name) => ({
      path: [name],
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: name },
    })),
  )
  expect(byPath).toHaveLength(3)
  expect(JSON.stringify(catalog.errors)).not.toMatch(telltale)
})

test('with failover switched off one stopped region service is one coded error beside the other regions’ answers', async () => {
  await using platform = await startSeededPlatform()
  const { url, command } = await startWithoutFailover()
  await using _command = command
  const whole = await ask<Regions>(url, regionsWith(movies))
  expect(whole.errors).toBeUndefined()

  await platform.stop('india')
  const partial = await ask<Regions>(url, regionsWith(movies))
  expect(partial.status).toBe(200)
  expect(partial.data).toEqual({ ...whole.data, india: null })
  expect(partial.errors).toHaveLength(1)
  expect(partial.errors?.[0]).toMatchObject({
    path: ['india'],
    extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'india' },
  })
  expect(JSON.stringify(partial.errors)).not.toMatch(telltale)
})

test('with the catalog stopped the regions’ facts stay, and the directors are null with one coded error', async () => {
  await using platform = await startSeededPlatform()
  const query = `{ india: region(code: IN) ${movies} }`
  const whole = await ask<Regions>(supergraph, query)
  expect(whole.data.india?.movies.nodes[0]?.directors).not.toHaveLength(0)

  await platform.stop('catalog')
  const partial = await ask<Regions>(supergraph, query)
  expect(partial.status).toBe(200)
  const nodes = whole.data.india?.movies.nodes.map(({ label }) => ({ label, directors: null }))
  expect(partial.data).toEqual({ india: { movies: { totalCount: whole.data.india?.movies.totalCount, nodes } } })
  expect(partial.errors).toHaveLength(1)
  expect(partial.errors?.[0]).toMatchObject({
    path: ['india', 'movies', 'nodes'],
    extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'catalog' },
  })
  expect(JSON.stringify(partial.errors)).not.toMatch(telltale)
  expect((await ask<Regions>(supergraph, `{ india: region(code: IN) ${facts} }`)).errors).toBeUndefined()
})

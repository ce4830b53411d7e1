import { setTimeout as wait } from 'node:timers/promises'
import { regions } from '@movieverse/regions/regions.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startChaosPlatform, type ChaosPlatform } from './support/chaos-platform.ts'
import type { Fault } from './support/faulty-subgraph.ts'
import { runCommand } from './support/command.ts'
import { ask, type Answer } from './support/graphql.ts'
import { freePort } from './support/mariadb.ts'

/** SUBGRAPH_TIMEOUT_MS as it is by default. */
const timeoutMs = 3000
const settings = { SUBGRAPH_MAX_ANSWER_BYTES: String(256 * 1024) }

const movies = '{ region { code } movies(first: 5) { totalCount nodes { title label } } }'
const query = `{ india: region(code: IN) ${movies} usa: region(code: US) ${movies} uk: region(code: GB) ${movies} genres { name } }`

interface Data {
  readonly india: unknown
  readonly usa: unknown
  readonly uk: unknown
  readonly genres: unknown
}

let platform: ChaosPlatform
let whole: Data
beforeAll(async () => {
  platform = await startChaosPlatform(settings)
  const { data, errors } = await ask<Data>(platform.url, query)
  expect(errors).toBeUndefined()
  whole = data
})
afterAll(async () => platform[Symbol.asyncDispose]())

interface Timed {
  readonly answer: Answer<Data>
  readonly ms: number
}

/** Asks so many times, eight at a time. */
async function load(count: number, text = query): Promise<Timed[]> {
  const timed: Timed[] = []
  let left = count
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const began = performance.now()
      const answer = await ask<Data>(platform.url, text)
      timed.push({ answer, ms: performance.now() - began })
    }
  }
  await Promise.all(Array.from({ length: 8 }, client))
  return timed
}

function p99(timed: readonly Timed[]): number {
  const sorted = timed.map(({ ms }) => ms).toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0
}

/** Waits until the condition holds; fails after the ten seconds within which everything must heal. */
async function healed(isHealed: () => Promise<boolean>): Promise<void> {
  const began = performance.now()
  while (!(await isHealed())) {
    expect(performance.now() - began).toBeLessThan(10_000)
    await wait(50)
  }
}

async function metric(name: string): Promise<number> {
  const text = await fetch(new URL('/metrics', platform.url)).then((answer) => answer.text())
  const values = text.split('\n').filter((line) => line.startsWith(name))
  return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

const faults: ReadonlyArray<readonly [Fault, string]> = [
  ['refuse', 'SUBGRAPH_UNAVAILABLE'],
  ['reset', 'SUBGRAPH_UNAVAILABLE'],
  ['failing', 'SUBGRAPH_UNAVAILABLE'],
  ['garbage', 'SUBGRAPH_INVALID_RESPONSE'],
  ['huge', 'SUBGRAPH_INVALID_RESPONSE'],
  ['hang', 'SUBGRAPH_TIMEOUT'],
  ['slow', 'SUBGRAPH_TIMEOUT'],
]

test.each(faults)(
  'a catalog that does “%s” leaves the regions’ answers right and in time, and heals',
  async (fault, code) => {
    await platform.catalog.become(fault)
    const timed = await load(200)
    const codes = new Set<unknown>()
    for (const { answer } of timed) {
      expect(answer.status).toBe(200)
      expect(answer.data).toEqual({ ...whole, genres: null })
      expect(answer.errors).toHaveLength(1)
      expect(answer.errors?.[0]).toMatchObject({ path: ['genres'], extensions: { service: 'catalog' } })
      codes.add(answer.errors?.[0]?.extensions?.code)
    }
    // Once its breaker is open the catalog is not asked, so it is unavailable whatever it would have done.
    expect([...codes].toSorted()).toEqual([...new Set([code, 'SUBGRAPH_UNAVAILABLE'])].toSorted())
    expect(JSON.stringify(timed)).not.toMatch(/127\.0\.0\.1|ECONN|\.ts/u)
    expect(p99(timed)).toBeLessThan(timeoutMs + 200)
    expect(await metric('movieverse_subgraph_breaker_state{service="catalog"')).toBeGreaterThan(0)

    await platform.catalog.become('right')
    await healed(async () => (await ask<Data>(platform.url, query)).errors === undefined)
    expect((await ask<Data>(platform.url, query)).data).toEqual(whole)
  },
)

test.each(['SIGSTOP', 'SIGKILL'] as const)(
  'a region’s service that gets %s is stood in for by the others, in time, and heals when it is back',
  async (signal) => {
    const before = await metric('movieverse_region_failovers_total{region="IN"')
    platform.subgraphs.get('india')?.signal(signal)
    const timed = await load(200)
    for (const { answer } of timed) expect(answer).toEqual({ status: 200, data: whole })
    expect(p99(timed)).toBeLessThan(timeoutMs + 200)
    expect(await metric('movieverse_region_failovers_total{region="IN"')).toBeGreaterThanOrEqual(before + 200)

    if (signal === 'SIGSTOP') platform.subgraphs.get('india')?.signal('SIGCONT')
    else await platform.restart('india')
    await healed(async () => {
      const answer = await ask<Data>(platform.url, query)
      expect(answer.errors).toBeUndefined()
      return (await metric('movieverse_subgraph_breaker_state{service="india"')) === 0
    })
  },
)

test('ten thousand faults leave nothing behind in memory', { timeout: 180_000 }, async () => {
  const genres = '{ genres { name } }'
  await platform.catalog.become('mixed')
  // Compiled code and what is known of types go on growing for a while.
  await load(40_000, genres)
  const samples: Array<readonly [minutes: number, megabytes: number]> = []
  const { faults: before } = await platform.catalog.become('mixed')
  let seen = 0
  while (seen < 10_000) {
    await load(2000, genres)
    samples.push([performance.now() / 60_000, (await platform.heapBytes()) / 1024 ** 2])
    seen = (await platform.catalog.become('mixed')).faults - before
  }
  expect(slopeOf(samples)).toBeLessThan(1)
})

/** The median of the slopes between all pairs of points (Theil and Sen), which a single step does not move. */
function slopeOf(points: ReadonlyArray<readonly [x: number, y: number]>): number {
  const slopes = points.flatMap(([x, y], index) =>
    points.slice(index + 1).map(([laterX, laterY]) => (laterY - y) / (laterX - x)),
  )
  return slopes.toSorted((one, other) => one - other)[Math.floor(slopes.length / 2)] ?? 0
}

test('a supergraph starts with every subgraph down, and answers once one of them is there', async () => {
  const [port, own, nowhere] = [await freePort(), await freePort(), 'http://127.0.0.1:1/graphql']
  const urls = {
    ...Object.fromEntries(regions.map(({ slug }) => [slug, nowhere])),
    catalog: `http://127.0.0.1:${port}/graphql`,
  }
  await using supergraph = runCommand(['supergraph/main.ts'], {
    ...settings,
    PORT: String(own),
    SUBGRAPH_URLS: JSON.stringify(urls),
  })
  await supergraph.printed('Server listening')
  const url = `http://127.0.0.1:${own}/graphql`
  const none = await ask<Data>(url, query)
  expect([none.status, none.data, none.errors?.length]).toEqual([
    200,
    { india: null, usa: null, uk: null, genres: null },
    4,
  ])

  await using catalog = runCommand(['subgraphs/catalog/main.ts'], {
    DATABASE_URL: platform.databaseUrl,
    PORT: String(port),
  })
  await catalog.printed('Server listening')
  await healed(async () => (await ask<Data>(url, query)).data.genres !== null)
  expect((await ask<Data>(url, query)).data).toEqual({ india: null, usa: null, uk: null, genres: whole.genres })
})

test('after all of it the supergraph is still the same process, and nobody failed to catch an error', async () => {
  expect(platform.supergraph.output()).not.toMatch(/uncaught|unhandled|MaxListeners|Warning/iu)
  expect((await ask<Data>(platform.url, query)).status).toBe(200)
})

import { readdirSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { startLinkedPlatform, type LinkedPlatform } from './support/linked-platform.ts'
import { LiveWork } from './support/live-work.ts'
import type { Replica } from './support/replicas.ts'

/** Longer than anything waits before it tries again: 3 s at most, browsers at the live stream. */
const awayMs = 5000
/** Within which everything works again: MySQL keeps the locks of a client that is gone without a farewell for 13 s. */
const healedMs = 15_000

/** How a process goes away: it is killed, stopped where it is, or the network to it is gone and tells nobody. */
type Way = 'is killed' | 'stands still' | 'is silent'

const rounds: ReadonlyArray<readonly [away: Readonly<Record<string, Way>>, stops: readonly string[]]> = [
  [{ edge: 'is killed' }, ['query', 'REST', 'page', 'live stream of web', 'subscription at the edge']],
  [{ supergraph: 'stands still' }, ['query', 'live stream', 'subscription at the edge']],
  [{ edge: 'is silent' }, ['page', 'live stream of web']],
  [
    { web: 'is killed', catalog: 'is silent', usa: 'is killed' },
    ['page', 'live stream', 'subscription at the supergraph'],
  ],
  [
    { viewers: 'is killed', recommendations: 'stands still', india: 'is killed', uk: 'stands still' },
    ['query', 'rating'],
  ],
  [{ database: 'is silent' }, ['query', 'rating', 'page', 'subscription at the supergraph']],
]

describe.skipIf(!inject('mariadbUrl'))('under live work', () => {
  let platform: LinkedPlatform
  let work: LiveWork
  let filesOpen: ReadonlyMap<string, number>
  beforeAll(async () => {
    platform = await startLinkedPlatform()
    work = new LiveWork(platform)
    await work.begin()
    await everythingWorks()
    filesOpen = countFiles(platform.all)
  })
  afterAll(async () => {
    await work[Symbol.asyncDispose]()
    await platform[Symbol.asyncDispose]()
  })

  /** Settles once every kind of work went well that began after now. */
  async function everythingWorks(): Promise<void> {
    const since = performance.now()
    const missing = (): string[] => work.all.filter(({ lastGoodAt }) => lastGoodAt < since).map(({ name }) => name)
    while (missing().length > 0 && performance.now() - since < healedMs) await wait(50)
    expect(missing()).toEqual([])
  }

  async function goAway(name: string, way: Way): Promise<void> {
    const replica = platform.all.find(({ service }) => service === name)
    const links = linksTo(name)
    if (way === 'is silent') await Promise.all(links.map((link) => link.cut(way)))
    else if (way === 'stands still') replica?.signal('SIGSTOP')
    else await Promise.all([replica?.end('SIGKILL'), ...links.map((link) => link.cut('refuses'))])
  }

  async function comeBack(name: string, way: Way): Promise<void> {
    const replica = platform.all.find(({ service }) => service === name)
    if (way === 'stands still') replica?.signal('SIGCONT')
    else if (way === 'is killed') await replica?.start()
    await Promise.all(linksTo(name).map((link) => link.mend()))
  }

  const linksTo = (name: string) =>
    [name, `${name}-tls`].flatMap((each) => {
      const link = platform.links.get(each)
      return link ? [link] : []
    })

  test.each(rounds.map(([away, stops]) => ({ what: told(away), away, stops })))(
    '$what for longer than anybody waits: nobody else ends, and all heals',
    async ({ away, stops }) => {
      await Promise.all(Object.entries(away).map(([name, way]) => goAway(name, way)))
      const began = performance.now()
      await wait(awayMs)
      // Whatever was under way at the beginning has had its time.
      const stopped = work.all.filter(({ lastGoodAt }) => lastGoodAt < began + awayMs / 2).map(({ name }) => name)
      expect(stopped).toEqual(expect.arrayContaining([...stops]))
      await Promise.all(Object.entries(away).map(([name, way]) => comeBack(name, way)))
      const ended = platform.all.filter((one) => one.hasEnded())
      expect(ended.map(({ service, output }) => `${service} ended: ${output().slice(-1000)}`)).toEqual([])
      await everythingWorks()
    },
  )

  test('after all of it nobody holds more files and connections than before, or failed to catch an error', () => {
    for (const { service, output } of platform.all)
      expect(output(), service).not.toMatch(/uncaught|unhandled|MaxListeners|Warning/iu)
    for (const [service, count] of countFiles(platform.all))
      expect(count, service).toBeLessThan((filesOpen.get(service) ?? 0) + 20)
  })
})

function told(away: Readonly<Record<string, Way>>): string {
  return Object.entries(away)
    .map(([name, way]) => `${name} ${way}`)
    .join(', ')
}

/** Files and sockets that each process has open. */
function countFiles(all: readonly Replica[]): Map<string, number> {
  return new Map(all.map(({ service, pid }) => [service, readdirSync(`/proc/${pid}/fd`).length]))
}

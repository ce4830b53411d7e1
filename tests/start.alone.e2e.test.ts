import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { platformProcesses, portsOf } from '../scripts/platform/processes.ts'
import { runCommand } from './support/command.ts'
import { createTestDatabase, dialects } from './support/databases.ts'
import { ask } from './support/graphql.ts'

const supergraph = 'http://127.0.0.1:4000/graphql'
const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0
if (!hasPrometheus && process.env.CI === 'true') throw new Error('prometheus is not installed')

/** Where the platform's ports are listened on, by the kernel's table: hexadecimal, the address in host byte order. */
function listeners(): string[] {
  const ports = new Set(platformProcesses().flatMap(portsOf))
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  return sockets
    .map((line) => /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /u.exec(line))
    .filter((match) => match && ports.has(parseInt(match[2] ?? '', 16)))
    .map((match) => `${match?.[1] === '0100007F' ? '127.0.0.1' : match?.[1]}:${parseInt(match?.[2] ?? '', 16)}`)
    .toSorted()
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'movieverse-start-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe.each(dialects())('pnpm start on %s', (dialect) => {
  test('an empty database becomes a platform that answers for three regions, and a signal stops it', async () => {
    await using database = await createTestDatabase(dialect)
    // Without a PATH nothing can be found but what was installed with the project.
    await using command = runCommand(['scripts/start.ts'], { DATABASE_URL: database.url, PATH: '' })
    const started = performance.now()
    await command.printed('MovieVerse is ready')
    // The target is 30 s after install, on a machine that does nothing else.
    expect(performance.now() - started).toBeLessThan(90_000)

    const answer = await ask<Record<string, { movies: { nodes: Array<{ label: string }> } }>>(
      supergraph,
      `{ india: region(code: IN) { movies(first: 100) { nodes { label } } }
         usa: region(code: US) { movies(first: 100, filter: { text: "teenage space vampires" }) { nodes { label } } }
         uk: region(code: UK) { movies(first: 100, filter: { text: "teenage space vampires" }) { nodes { label } } } }`,
    )
    expect(answer.errors).toBeUndefined()
    expect(answer.data.india?.movies.nodes.map(({ label }) => label)).toContain('India-Ankur')
    expect(answer.data.usa?.movies.nodes).toEqual([{ label: 'Romania, Canada, USA-Teenage Space Vampires' }])
    expect(answer.data.uk?.movies.nodes).toEqual([])

    expect(listeners()).toEqual(
      platformProcesses()
        .flatMap(portsOf)
        .map((port) => `127.0.0.1:${port}`)
        .toSorted(),
    )
    command.signal('SIGINT')
    expect(await command.ended).toBe(0)
    await expect(fetch(supergraph)).rejects.toThrow('fetch failed')
  })
})

interface Targets {
  readonly data: { readonly activeTargets: ReadonlyArray<{ readonly scrapePool: string; readonly health: string }> }
}

/** What the Prometheus of `--with-prometheus` says of each process. */
async function scrapedTargets(): Promise<string[]> {
  const answer = await fetch('http://127.0.0.1:9090/api/v1/targets')
  // `as`: the form of Prometheus' HTTP API.
  const { data } = (await answer.json()) as Targets
  return data.activeTargets.map(({ scrapePool, health }) => `${scrapePool} ${health}`).toSorted()
}

const everyTargetUp = platformProcesses()
  .map(({ name }) => `${name} up`)
  .toSorted()

test(
  'a second start finds the titles of the first and seeds nothing; with its Prometheus every process is scraped',
  { timeout: 120_000 },
  async () => {
    const environment = { DATABASE_URL: `sqlite:${folder}/twice.sqlite` }
    for (const seeded of [true, false]) {
      const isWatched = hasPrometheus && !seeded
      await using command = runCommand(['scripts/start.ts', ...(isWatched ? ['--with-prometheus'] : [])], environment)
      await command.printed('MovieVerse is ready')
      expect(command.output().includes('titles seeded')).toBe(seeded)
      // Each target is scraped every 15 s.
      if (isWatched) await expect.poll(scrapedTargets, { timeout: 40_000 }).toEqual(everyTargetUp)
      command.signal('SIGTERM')
      expect(await command.ended).toBe(0)
    }
  },
)

test('a taken port is one line that names the port and the service', async () => {
  const other = createServer().listen(8051, '127.0.0.1')
  await once(other, 'listening')
  try {
    await using command = runCommand(['scripts/start.ts'], { DATABASE_URL: `sqlite:${folder}/taken.sqlite` })
    expect(await command.ended).toBe(1)
    expect(command.output()).toMatch(/^MovieVerse cannot start: .*8051 \(usa\).*\n$/mu)
    expect(command.output()).not.toContain('    at ')
  } finally {
    other.close()
  }
})

test('a folder that cannot be written is one line', async () => {
  await writeFile(join(folder, 'a-file'), '')
  await using command = runCommand(['scripts/start.ts'], { DATABASE_URL: `sqlite:${folder}/a-file/below.sqlite` })
  expect(await command.ended).toBe(1)
  expect(command.output()).toMatch(/^MovieVerse cannot start: .*cannot be written.*\n$/u)
})

test('a MySQL server that is not there is one line without the password', async () => {
  await using command = runCommand(['scripts/start.ts'], {
    DATABASE_URL: 'mysql://movieverse:planted@127.0.0.1:9/movieverse',
  })
  expect(await command.ended).toBe(1)
  expect(command.output()).toMatch(/^MovieVerse cannot start: .*no server answers there.*\n$/u)
  expect(command.output()).not.toContain('planted')
})

test('a wrong setting is named', async () => {
  await using command = runCommand(['scripts/start.ts'], { DATABASE_URL: 'postgres://somewhere' })
  expect(await command.ended).toBe(2)
  expect(command.output()).toMatch(/^MovieVerse cannot start: bad configuration:\n {2}DATABASE_URL: /u)
})

test('an old Node is told what to do in one line', async () => {
  const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.11.0' } })`
  await using command = runCommand(['--import', pretend, 'scripts/require-node.mjs'])
  expect(await command.ended).toBe(1)
  expect(command.output()).toMatch(/^MovieVerse needs Node 26, and this is Node 20\.11\.0\..*\n$/u)
})

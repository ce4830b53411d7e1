import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { regions } from '@movieverse/regions/regions.ts'
import { runCommand, type RunningCommand } from './command.ts'
import { createTestDatabase } from './databases.ts'
import type { Fault, FaultyState } from './faulty-subgraph.ts'
import { freePort } from './mariadb.ts'
import { writeSmallCatalogue } from './small-catalogue.ts'

/** The supergraph before real subgraphs, of which the catalog stands behind a program that fails as it is told. */
export interface ChaosPlatform extends AsyncDisposable {
  readonly url: string
  readonly databaseUrl: string
  readonly supergraph: RunningCommand
  readonly catalog: FaultySubgraph
  /** The region services and the catalog itself, by name. */
  readonly subgraphs: ReadonlyMap<string, RunningCommand>
  /** Starts a region's service again, at its old port. */
  restart(slug: string): Promise<void>
  /** Bytes of the supergraph's heap that are in use. */
  heapBytes(): Promise<number>
}

export interface FaultySubgraph extends AsyncDisposable {
  readonly url: string
  become(fault: Fault): Promise<FaultyState>
}

export async function startChaosPlatform(settings: Record<string, string>): Promise<ChaosPlatform> {
  const database = await createTestDatabase('sqlite')
  await writeSmallCatalogue(database.db)
  const running = new Map<string, RunningCommand>()
  const ports = new Map<string, number>()
  const start = async (name: string, args: readonly string[], environment: Record<string, string>): Promise<void> => {
    const port = ports.get(name) ?? (await freePort())
    ports.set(name, port)
    const common = { DATABASE_URL: database.url, PORT: String(port), LOG_LEVEL: 'warn' }
    running.set(name, runCommand(args, { ...common, ...environment }))
    await ready(port)
  }
  const startRegion = async (slug: string): Promise<void> =>
    start(slug, ['subgraphs/region/main.ts'], { REGION: regions.find((region) => region.slug === slug)?.code ?? '' })
  const urlOf = (name: string): string => `http://127.0.0.1:${ports.get(name)}/graphql`
  await Promise.all([
    ...regions.map(({ slug }) => startRegion(slug)),
    start('catalog', ['subgraphs/catalog/main.ts'], {}),
  ])
  const catalog = await startFaultySubgraph(urlOf('catalog'))
  const urls = { catalog: catalog.url, ...Object.fromEntries(regions.map(({ slug }) => [slug, urlOf(slug)])) }
  const probed = ['--expose-gc', '--import', './tests/support/heap-probe.ts', 'supergraph/main.ts']
  await start('supergraph', probed, { ...settings, SUBGRAPH_URLS: JSON.stringify(urls) })
  const supergraph = commandOf(running, 'supergraph')
  running.delete('supergraph')
  return {
    url: urlOf('supergraph'),
    databaseUrl: database.url,
    supergraph,
    catalog,
    subgraphs: running,
    restart: startRegion,
    heapBytes: createHeapReader(supergraph),
    async [Symbol.asyncDispose]() {
      const commands = [supergraph, ...running.values()]
      for (const command of commands) command.signal('SIGKILL')
      await Promise.all(commands.map(({ ended }) => ended))
      await catalog[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Polls, since a service that logs warnings only does not say that it listens. */
async function ready(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await wait(50)
  }
}

function commandOf(running: ReadonlyMap<string, RunningCommand>, name: string): RunningCommand {
  const command = running.get(name)
  if (!command) throw new Error(`${name} is not running`)
  return command
}

async function startFaultySubgraph(upstream: string): Promise<FaultySubgraph> {
  const child = fork(fileURLToPath(new URL('faulty-subgraph.ts', import.meta.url)), [upstream])
  // What faulty-subgraph.ts sends.
  const told = async (): Promise<FaultyState> => (await once(child, 'message'))[0] as FaultyState
  const { port } = await told()
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    become(fault) {
      const state = told()
      child.send(fault)
      return state
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

function createHeapReader(supergraph: RunningCommand): () => Promise<number> {
  let asked = 0
  return async () => {
    asked += 1
    supergraph.signal('SIGUSR2')
    const printed = new RegExp(`heap ${asked}: (\\d+);`, 'u')
    for (;;) {
      const [, bytes] = printed.exec(supergraph.output()) ?? []
      if (bytes) return Number(bytes)
      await wait(10)
    }
  }
}

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readKongConfig } from '@movieverse/kong/config.ts'
import type { KongFile, KongPlugin } from '@movieverse/kong/kong-file.ts'
import { stringifyKongFile, writeKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { kongFileOf, platformLists } from '@movieverse/kong/template/template.ts'
import { startEmbeddedEdgeWith, testEdgeOf, type EmbeddedEdge } from '../../tests/edge/support/test-edge.ts'
import { accessTokenOf, askToken, secretOf, serviceForm } from '../../tests/edge/support/tokens.ts'
import type { LoadTarget } from '../support/load.ts'
import { compare, tableOf, type Comparison, type Rounds } from '../support/pairs.ts'

const full: Rounds = { rounds: 5, seconds: 2, warmUpSeconds: 2 }
const quick: Rounds = { rounds: 2, seconds: 1, warmUpSeconds: 1 }

/** What the target is about; the anonymous consumer's refusal makes the token a duty. */
const measured = ['oauth2', 'rate-limiting', 'proxy-cache', 'prometheus', 'request-termination']

interface Started extends AsyncDisposable {
  readonly pid: number
  readonly port: number
}

/**
 * The embedded edge against a bare undici proxy before the same service: bearer token, rate limit, cache and Prometheus
 * alone, then the whole rendered kong.yml. The edge against itself is the control.
 */
export async function benchEdge({ isQuick }: { readonly isQuick: boolean }): Promise<string> {
  const rounds = isQuick ? quick : full
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-bench-edge-'))
  try {
    await using upstream = await startModule('upstream.ts')
    await using bare = await startModule('bare-proxy.ts', `http://127.0.0.1:${upstream.port}`)
    await using four = await startEdge(join(folder, 'four'), upstream.port, withPlugins(measured))
    await using whole = await startEdge(join(folder, 'whole'), upstream.port, (file) => file)
    const comparisons = await compareAll({ upstream, bare, four, whole }, rounds)
    const { rounds: pairs, seconds } = rounds
    return `Medians of ${pairs} interleaved pairs of ${seconds} s, 16 connections, with 95 % bootstrap intervals.\n\n${tableOf(comparisons)}`
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface Contestants {
  readonly upstream: Started
  readonly bare: Started
  readonly four: RunningEdge
  readonly whole: RunningEdge
}

const post = { method: 'POST', body: '{"query":"{ films { title } }"}' } as const

async function compareAll({ upstream, bare, four, whole }: Contestants, rounds: Rounds): Promise<Comparison[]> {
  const plain = (name: string, server: Started, path: string, more: Partial<LoadTarget> = {}): LoadTarget => ({
    name,
    url: `http://127.0.0.1:${server.port}${path}`,
    pid: server.pid,
    ...more,
    headers: { 'content-type': 'application/json' },
  })
  const through = (name: string, edge: RunningEdge, path: string, more: Partial<LoadTarget> = {}): LoadTarget => ({
    ...plain(name, edge, path, more),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${edge.token}` },
  })
  const pairs: ReadonlyArray<readonly [LoadTarget, LoadTarget]> = [
    [through('control: the edge, four plugins, GET', four, '/graphql'), through('itself', four, '/graphql')],
    [plain('the bare proxy, GET', bare, '/graphql'), plain('no proxy at all', upstream, '/graphql')],
    [through('**edge, four plugins, GET**', four, '/graphql'), plain('bare proxy', bare, '/graphql')],
    [through('edge, four plugins, POST', four, '/graphql', post), plain('bare proxy', bare, '/graphql', post)],
    [
      through('edge, four plugins, GET from its cache', four, '/graphql?kept'),
      plain('bare proxy', bare, '/graphql?kept'),
    ],
    [through('edge, all of kong.yml, GET', whole, '/graphql'), plain('bare proxy', bare, '/graphql')],
    [through('edge, all of kong.yml, POST', whole, '/graphql', post), plain('bare proxy', bare, '/graphql', post)],
  ]
  const comparisons: Comparison[] = []
  for (const [a, b] of pairs) {
    const comparison = await compare(a, b, rounds)
    console.error(`${a.name} and ${b.name}: ${comparison.rate.median.toFixed(2)}`)
    comparisons.push(comparison)
  }
  return comparisons
}

function withPlugins(names: readonly string[]): (file: KongFile) => KongFile {
  const keep = (plugins: readonly KongPlugin[]): KongPlugin[] => plugins.filter(({ name }) => names.includes(name))
  return (file) => ({
    ...file,
    plugins: keep(file.plugins),
    services: file.services.map((service) => ({ ...service, plugins: keep(service.plugins) })),
    consumers: file.consumers.map((consumer) => ({ ...consumer, plugins: keep(consumer.plugins ?? []) })),
  })
}

interface RunningEdge extends Started {
  readonly token: string
}

async function startEdge(
  folder: string,
  upstreamPort: number,
  change: (file: KongFile) => KongFile,
): Promise<RunningEdge> {
  const target = [`127.0.0.1:${upstreamPort}`]
  const upstreams = Object.fromEntries(
    ['supergraph', 'web', ...platformLists.regions.map(({ slug }) => slug)].map((name) => [name, target]),
  )
  const environment = { EDGE_UPSTREAMS: JSON.stringify(upstreams), EDGE_ACCESS_LOG: join(folder, 'access.log') }
  // Counted, and never reached.
  const unlimited = { second: 1_000_000, minute: 10_000_000 }
  const rateLimits = { ...platformLists.rateLimits, website: unlimited }
  const file = change(kongFileOf(readKongConfig(environment), { ...platformLists, rateLimits }))
  await writeKongYaml(join(folder, 'kong.yml'), stringifyKongFile(file))
  const running: EmbeddedEdge = await startEmbeddedEdgeWith(folder)
  const form = serviceForm({ client_id: 'website', client_secret: secretOf('website') })
  return {
    pid: running.command.pid,
    port: Number(new URL(running.addresses.url).port),
    token: accessTokenOf(await askToken(testEdgeOf(running), form)),
    [Symbol.asyncDispose]: async () => running.command[Symbol.asyncDispose](),
  }
}

async function startModule(module: string, ...args: string[]): Promise<Started> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), args)
  const [port] = (await once(child, 'message')) as [number] // what both modules send first
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  return {
    pid: child.pid ?? 0,
    port,
    async [Symbol.asyncDispose]() {
      process.off('exit', kill)
      if (child.kill('SIGTERM')) await once(child, 'exit')
    },
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readKongConfig, upstreamNames } from '@movieverse/kong/config.ts'
import { renderKongYaml, writeKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { loadCertificate } from '../../infra/edge/listeners/certificate.ts'
import { prepareDatabases } from '../../scripts/platform/prepare-database.ts'
import { send, type Got, type Sent } from '../edge/support/send.ts'
import { createTestDatabase, dialects } from './databases.ts'
import { startReadyBalancer } from './ready-balancer.ts'
import { edgePlaces, hostsOf, servicePlaces, startReplicas, subgraphUrls, type Replica } from './replicas.ts'
import { writeSmallCatalogue } from './small-catalogue.ts'

type Settings = Readonly<Record<string, string>>

/** How long a process stays up with a red readiness, and how long it may take after that, in milliseconds. */
export const drain = { delayMs: 1800, timeoutMs: 5000 } as const

/**
 * Two processes of each of some services behind two edges, on one database with a small catalogue and the demo accounts:
 * MySQL's dialect where this machine has it.
 */
export interface EdgeFleet extends AsyncDisposable {
  /** The edges come last. */
  readonly all: readonly Replica[]
  /** The edges' address for TLS, behind a balancer that asks those that are ready, and what its certificate is checked against. */
  readonly site: string
  readonly ca: string
  send(sent: Sent): Promise<Got>
  sendTls(sent: Sent): Promise<Got>
  /** Renders the kong.yml that edges read when they start. */
  renderKong(settings: Settings): Promise<void>
  /** Settles once every edge sends requests to every target again: before the next process may be stopped. */
  recovered(): Promise<void>
}

/** Starts the services of these names and the edges, all with these settings. */
export async function startEdgeFleet(names: readonly string[], settings: Settings = {}): Promise<EdgeFleet> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-fleet-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const database = stack.use(await createTestDatabase(dialects().at(-1) ?? 'sqlite'))
  await writeSmallCatalogue(database.db)
  await prepareDatabases({ DATABASE_URL: database.url }, true, () => {})
  const [services, edges] = await Promise.all([servicePlaces(names), edgePlaces(folder)])
  const upstreams = upstreamNames.flatMap((name) => {
    const hosts = hostsOf(services, name)
    return hosts.length > 0 ? [[name, hosts] as const] : []
  })
  const renderKong = async (changes: Settings): Promise<void> => {
    const own = { EDGE_UPSTREAMS: JSON.stringify(Object.fromEntries(upstreams)), EDGE_ACCESS_LOG: '/dev/null' }
    await writeKongYaml(join(folder, 'kong.yml'), renderKongYaml(readKongConfig({ ...own, ...changes })))
  }
  await renderKong(settings)
  const { certificate: ca } = await loadCertificate({ folder })
  const http = stack.use(await startReadyBalancer(edges))
  const https = stack.use(await startReadyBalancer(edges.map((edge) => ({ ...edge, port: edge.tlsPort }))))
  const [url, site] = [`http://127.0.0.1:${http.port}`, `https://localhost:${https.port}`]
  const { all } = stack.use(
    await startReplicas([...services, ...edges], {
      DATABASE_URL: database.url,
      SUBGRAPH_URLS: subgraphUrls(services),
      EDGE_TLS_URL: site,
      EDGE_CA_FILE: join(folder, 'edge.crt'),
      LOG_LEVEL: 'warn',
      DRAIN_DELAY_MS: String(drain.delayMs),
      SHUTDOWN_TIMEOUT_MS: String(drain.timeoutMs),
      ...settings,
    }),
  )
  const running = stack.move()
  return {
    all,
    site,
    ca,
    send: (sent) => send(url, sent),
    sendTls: (sent) => send(site, sent, ca),
    renderKong,
    recovered: async () => {
      for (const { adminPort } of edges) for (const [name] of upstreams) await healthy(adminPort, name)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

interface TargetHealth {
  readonly data: ReadonlyArray<{ readonly health: string }>
}

async function healthy(adminPort: number, upstream: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${adminPort}/upstreams/${upstream}.upstream/health`)
    // `as`: the form of Kong's admin API.
    const { data } = (await answer.json()) as TargetHealth
    if (data.every(({ health }) => health === 'HEALTHY')) return
    await wait(50)
  }
}

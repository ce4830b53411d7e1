import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKongConfig, upstreamNames } from '@movieverse/kong/config.ts'
import { renderKongYaml, writeKongYaml } from '@movieverse/kong/kong-yaml.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { ensureBundle } from '@movieverse/web/site/bundle/site-bundle.ts'
import type { Knex } from 'knex'
import { loadCertificate } from '../../infra/edge/listeners/certificate.ts'
import { prepareDatabases } from '../../scripts/platform/prepare-database.ts'
import { platformProcesses, websiteSettings } from '../../scripts/platform/processes.ts'
import { startLink, type Link } from './link.ts'
import { startMariaDb, type MariaDbServer } from './mariadb.ts'
import {
  edgePlaces,
  hostsOf,
  servicePlaces,
  startReplicas,
  subgraphUrls,
  type Place,
  type Replica,
} from './replicas.ts'
import { writeSmallCatalogue } from './small-catalogue.ts'

/** Every process of the platform once, on a MariaDB of its own, with a link before each that can be cut. */
export interface LinkedPlatform extends AsyncDisposable {
  readonly all: readonly Replica[]
  /** Links by the name of the process behind them; the edge's two ports are `edge` and `edge-tls`, the database's `database`. */
  readonly links: ReadonlyMap<string, Link>
  readonly server: MariaDbServer
  /** The database, past its link. */
  readonly db: Knex
  /** The database's URL, through its link. */
  readonly databaseUrl: string
  /** The edge, through its links. */
  readonly url: string
  readonly site: string
  readonly ca: string
  readonly supergraphUrl: string
  readonly webUrl: string
}

export async function startLinkedPlatform(): Promise<LinkedPlatform> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-linked-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const [server] = await Promise.all([startMariaDb({ durable: true }), ensureBundle()])
  stack.defer(() => server.stop())
  const root = createDatabase(`${server.url}mysql`)
  await root.raw('create database movieverse')
  await root.destroy()
  const direct = `${server.url}movieverse`
  const db = stack.adopt(createDatabase(direct), (opened) => opened.destroy())
  await writeSmallCatalogue(db)
  await prepareDatabases({ DATABASE_URL: direct }, true, () => {})

  const names = platformProcesses().map(({ name }) => name)
  const [services, [edge]] = await Promise.all([
    servicePlaces(
      names.filter((name) => name !== 'edge'),
      1,
    ),
    edgePlaces(folder, 1),
  ])
  if (!edge) throw new Error('the platform has an edge')
  const links = new Map<string, Link>()
  const link = async (name: string, port: number): Promise<number> => {
    const made = stack.use(await startLink(port))
    links.set(name, made)
    return made.port
  }
  const linked = await Promise.all(
    services.map(async (place): Promise<Place> => ({ ...place, port: await link(place.service, place.port) })),
  )
  const url = `http://127.0.0.1:${await link('edge', edge.port)}`
  const site = `https://localhost:${await link('edge-tls', edge.tlsPort)}`
  const databaseUrl = direct.replace(/:\d+\//, `:${await link('database', Number(new URL(direct).port))}/`)
  const upstreams = Object.fromEntries(upstreamNames.map((name) => [name, hostsOf(linked, name)]))
  const kong = { EDGE_UPSTREAMS: JSON.stringify(upstreams), EDGE_ACCESS_LOG: '/dev/null' }
  await writeKongYaml(join(folder, 'kong.yml'), renderKongYaml(readKongConfig(kong)))
  const { certificate: ca } = await loadCertificate({ folder })
  const { all } = stack.use(
    await startReplicas([...services, edge], {
      ...websiteSettings,
      DATABASE_URL: databaseUrl,
      SUBGRAPH_URLS: subgraphUrls(linked),
      EDGE_TLS_URL: site,
      EDGE_CA_FILE: join(folder, 'edge.crt'),
      LOG_LEVEL: 'warn',
    }),
  )
  const urlOf = (name: string): string => `http://127.0.0.1:${linked.find(({ service }) => service === name)?.port}`
  const running = stack.move()
  return {
    all,
    links,
    server,
    db,
    databaseUrl,
    url,
    site,
    ca,
    supergraphUrl: urlOf('supergraph'),
    webUrl: urlOf('web'),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

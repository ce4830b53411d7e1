import type { Server } from 'node:http'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import { createDatabase } from '@movieverse/service/database.ts'
import { addHealth } from '@movieverse/service/health.ts'
import { loggerOptions } from '@movieverse/service/logging.ts'
import { databaseUrlOf } from '@movieverse/service/migration-sets.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { addAdminRoutes } from './admin/admin.ts'
import { addStatusRoutes } from './admin/status.ts'
import { Balancer } from './balancer/balancer.ts'
import type { EdgeConfig } from './config.ts'
import { indexCredentials } from './credentials.ts'
import { DeclarativeError } from './declarative/problems.ts'
import { readDeclarativeFile } from './declarative/read-file.ts'
import { loadCertificate } from './listeners/certificate.ts'
import { close, createProxyListener, listen } from './listeners/listeners.ts'
import { KongMetrics } from './metrics/kong-metrics.ts'
import { createNetworkTest } from './networks.ts'
import { pluginKinds } from './plugins/registry.ts'
import { Connections } from './proxy/connections.ts'
import { PluginChains } from './proxy/plugin-chains.ts'
import { Proxy } from './proxy/proxy.ts'
import { Router } from './routing/router.ts'
import { TokenStore } from './tokens/token-store.ts'

/** Where a started edge listens; the ports are the chosen ones where 0 was asked for. */
export interface EdgePorts {
  http: number
  https: number
  status: number
}

/** A token is found by its key: what takes longer comes from a database that is gone. */
const statementTimeoutMs = 500

declare module 'fastify' {
  interface FastifyInstance {
    readonly edgePorts: EdgePorts
  }
}

/** The edge, or what is wrong with kong.yml on stderr and exit 1, as `kong config parse` ends. */
export async function edgeOrExit(config: EdgeConfig): Promise<FastifyInstance> {
  try {
    return await buildEdge(config)
  } catch (error) {
    if (!(error instanceof DeclarativeError)) throw error
    console.error(`Error: ${error.message}`)
    process.exit(1)
  }
}

/**
 * The embedded edge. The app it gives is the admin API; the proxy's and the status listeners open when it gets ready and
 * close with it. Throws a DeclarativeError where kong.yml is not what it must be.
 */
export async function buildEdge(config: EdgeConfig): Promise<FastifyInstance> {
  const configuration = readDeclarativeFile(config.KONG_CONFIG, pluginKinds)
  const app = createApi(config)
  addHealth(app)
  const { readiness } = app
  const warn = (problem: string, cause: unknown): void => app.log.error({ err: cause }, problem)
  const url = databaseUrlOf('edge', config)
  const db = createDatabase(url, { statementTimeoutMs, log: (message) => app.log.warn(message) })
  // The embedded database is the edge's alone; others are migrated by their operators.
  if (url.startsWith('sqlite:')) await migrate(db, { set: 'edge' })
  const reachDatabase = async (): Promise<void> => void (await db.raw('select 1'))
  readiness.add('database', reachDatabase)
  const isDatabaseReachable = async (): Promise<boolean> => {
    const [result] = await Promise.allSettled([reachDatabase()])
    return result.status === 'fulfilled'
  }
  const connections = new Connections(createNetworkTest(config.EDGE_TRUSTED_IPS))
  const balancer = new Balancer(configuration)
  const metrics = new KongMetrics({ upstreams: balancer.upstreams, connections, isDatabaseReachable })
  const tokens = new TokenStore(db, { now: Date.now, warn })
  const credentials = indexCredentials(configuration)
  const edge = { credentials, tokens, metrics, warn, now: Date.now }
  const chains = new PluginChains(configuration.plugins, pluginKinds, edge)
  const router = new Router(configuration.routes)
  const maxBodyBytes = config.EDGE_MAX_BODY_BYTES
  const isDraining = (): boolean => readiness.isDraining
  const proxy = new Proxy({ router, chains, balancer, connections, maxBodyBytes, isDraining, warn })
  const status = { connections, isDatabaseReachable, readiness, metrics }
  addAdminRoutes(app, { ...status, configuration, balancer })
  const statusApp = createApi(config)
  addStatusRoutes(statusApp, status)
  await statusApp.ready()
  await addListeners(app, config, proxy, connections, statusApp.server)
  app.addHook('preClose', () => statusApp.close())
  app.addHook('onReady', async () => balancer.start())
  app.addHook('onClose', async () => {
    await chains.close()
    await Promise.all([balancer.close(), tokens.close()])
  })
  return app
}

function createApi({ LOG_LEVEL }: Pick<EdgeConfig, 'LOG_LEVEL'>): FastifyInstance {
  const logger = loggerOptions({ level: LOG_LEVEL, service: 'edge', region: '' })
  return fastify({ logger, logController: new LogController({ disableRequestLogging: true }) })
}

async function addListeners(
  app: FastifyInstance,
  config: EdgeConfig,
  proxy: Proxy,
  connections: Connections,
  statusServer: Server,
): Promise<void> {
  const http = createProxyListener(proxy)
  const { EDGE_DATA_FOLDER: folder, EDGE_TLS_CERTIFICATE_FILE: certificateFile, EDGE_TLS_KEY_FILE: keyFile } = config
  const https = createProxyListener(proxy, await loadCertificate({ folder, certificateFile, keyFile }))
  connections.watch(http, 'connection')
  connections.watch(https, 'secureConnection')
  const { EDGE_HTTP_PORT, EDGE_HTTPS_PORT, EDGE_STATUS_PORT } = config
  const ports: EdgePorts = { http: EDGE_HTTP_PORT, https: EDGE_HTTPS_PORT, status: EDGE_STATUS_PORT }
  app.decorate('edgePorts', ports)
  app.addHook('onReady', async () => {
    ports.status = await listen(statusServer, config.HOST, ports.status)
    ports.http = await listen(http, config.HOST, ports.http)
    ports.https = await listen(https, config.HOST, ports.https)
    app.log.info(ports, 'the edge listens')
  })
  app.addHook('preClose', async () => {
    connections.closeWebSockets()
    await Promise.all([http, https].map(close))
  })
}

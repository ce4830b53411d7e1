import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { createDatabase } from '@movieverse/service/database.ts'
import { addHealth } from '@movieverse/service/health.ts'
import { loggerOptions } from '@movieverse/service/logging.ts'
import { databaseUrlOf } from '@movieverse/service/migration-sets.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { addAdminRoutes } from './admin/admin.ts'
import { addStatusRoutes, type StatusParts } from './admin/status.ts'
import { Balancer } from './balancer/balancer.ts'
import { TargetPools } from './balancer/target-pools.ts'
import type { EdgeConfig } from './config.ts'
import { readDeclarativeFile } from './declarative/read-file.ts'
import { indexCredentials } from './edge-parts.ts'
import { loadCertificate } from './listeners/certificate.ts'
import { close, listen, OpenSockets } from './listeners/listeners.ts'
import { createProxyListener } from './listeners/proxy-listener.ts'
import { createEdgeMetrics } from './metrics/edge-metrics.ts'
import { pluginKinds } from './plugins/registry.ts'
import { Connections } from './proxy/connections.ts'
import { PluginChains } from './proxy/plugin-chains.ts'
import { Proxy } from './proxy/proxy.ts'
import { trustedPeers } from './proxy/trusted-peers.ts'
import { Router } from './routing/router.ts'
import { createTokenStore } from './tokens/token-store.ts'

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

/**
 * The embedded edge. The app it gives is the admin API; the proxy's and the status listeners open when it gets ready and
 * close with it. Throws a DeclarativeError where kong.yml is not what it must be.
 */
export async function buildEdge(config: EdgeConfig): Promise<FastifyInstance> {
  const configuration = readDeclarativeFile(config.KONG_CONFIG, pluginKinds)
  const app = createApi(config)
  addHealth(app)
  const warn = warner(app.log)
  const url = databaseUrlOf('edge', config)
  const db = createDatabase(url, { statementTimeoutMs, log: (message) => app.log.warn(message) })
  // The embedded database is the edge's alone; others are migrated by their operators.
  if (url.startsWith('sqlite:')) await migrate(db, { set: 'edge' })
  const reachDatabase = async (): Promise<void> => void (await db.raw('select 1'))
  app.readiness.add('database', reachDatabase)
  const isDatabaseReachable = (): Promise<boolean> =>
    reachDatabase().then(
      () => true,
      () => false,
    )
  const connections = new Connections(trustedPeers(config.EDGE_TRUSTED_IPS))
  const sockets = new OpenSockets()
  const balancer = new Balancer(configuration)
  const counts = (): ReturnType<StatusParts['counts']> => ({
    accepted: connections.accepted,
    active: sockets.size,
    totalRequests: connections.totalRequests,
  })
  const metrics = createEdgeMetrics({ balancer, counts, isDatabaseReachable })
  const tokens = createTokenStore(db, { now: Date.now, warn })
  const byName = new Map(
    configuration.consumers.flatMap((one) => [[one.username ?? one.id, one] as const, [one.id, one] as const]),
  )
  const chains = new PluginChains(configuration.plugins, pluginKinds, {
    findConsumer: (idOrUsername) => byName.get(idOrUsername),
    credentials: indexCredentials(configuration),
    tokens,
    metrics,
    warn,
    now: Date.now,
  })
  const pools = new TargetPools()
  const proxy = new Proxy({
    router: new Router(configuration.routes),
    chains,
    balancer,
    pools,
    connections,
    maxBodyBytes: config.EDGE_MAX_BODY_BYTES,
    isDraining: () => app.readiness.isDraining,
    warn,
  })
  const status: StatusParts = { counts, isDatabaseReachable, readiness: app.readiness, metrics: () => metrics.render() }
  addAdminRoutes(app, { ...status, configuration, balancer })
  await addListeners(app, config, { proxy, status, sockets })
  app.addHook('onReady', async () => balancer.start())
  app.addHook('onClose', async () => {
    balancer.stop()
    await chains.close()
    await Promise.all([pools.close(), tokens.close()])
  })
  return app
}

function createApi({ LOG_LEVEL }: Pick<EdgeConfig, 'LOG_LEVEL'>): FastifyInstance {
  const logger = loggerOptions({ level: LOG_LEVEL, service: 'edge', region: '' })
  return fastify({ logger, logController: new LogController({ disableRequestLogging: true }) })
}

function warner(log: FastifyBaseLogger): (problem: string, cause: unknown) => void {
  return (problem, cause) => log.error({ err: cause }, problem)
}

interface ListenerParts {
  readonly proxy: Proxy
  readonly status: StatusParts
  readonly sockets: OpenSockets
}

async function addListeners(
  app: FastifyInstance,
  config: EdgeConfig,
  { proxy, status, sockets }: ListenerParts,
): Promise<void> {
  const tls = await loadCertificate({
    folder: config.EDGE_DATA_FOLDER,
    certificateFile: config.EDGE_TLS_CERTIFICATE_FILE,
    keyFile: config.EDGE_TLS_KEY_FILE,
  })
  const http = createProxyListener(proxy)
  const https = createProxyListener(proxy, tls)
  for (const server of [http, https]) sockets.watch(server)
  const statusApp = createApi(config)
  addStatusRoutes(statusApp, status)
  await statusApp.ready()
  const ports: EdgePorts = {
    http: config.EDGE_HTTP_PORT,
    https: config.EDGE_HTTPS_PORT,
    status: config.EDGE_STATUS_PORT,
  }
  app.decorate('edgePorts', ports)
  app.addHook('onReady', async () => {
    ports.status = await listen(statusApp.server, config.HOST, ports.status)
    ports.http = await listen(http, config.HOST, ports.http)
    ports.https = await listen(https, config.HOST, ports.https)
    app.log.info(ports, 'the edge listens')
  })
  app.addHook('preClose', async () => {
    proxy.closeWebSockets()
    await Promise.all([http, https].map(close))
    await statusApp.close()
  })
}

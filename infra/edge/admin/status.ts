import type { FastifyInstance } from 'fastify'
import type { Readiness } from '@movieverse/service/health.ts'
import { kongVersion } from '../proxy/answer-headers.ts'
import { nginxCounts, type KongMetrics, type MetricSources } from '../metrics/kong-metrics.ts'

export interface StatusParts extends Pick<MetricSources, 'connections' | 'isDatabaseReachable'> {
  readonly readiness: Pick<Readiness, 'isDraining' | 'results'>
  readonly metrics: Pick<KongMetrics, 'render'>
}

/** Kong's status API: `/status`, `/status/ready` and `/metrics`. */
export function addStatusRoutes(app: FastifyInstance, parts: StatusParts): void {
  const { connections, isDatabaseReachable, readiness, metrics } = parts
  app.get('/status', async () => {
    const { states, total } = nginxCounts(connections)
    const server = Object.fromEntries(Object.entries(states).map(([state, count]) => [`connections_${state}`, count]))
    return { database: { reachable: await isDatabaseReachable() }, server: { ...server, total_requests: total } }
  })
  app.get('/status/ready', async (_request, reply) => {
    if (readiness.isDraining) return reply.code(503).send({ message: 'draining' })
    const hasFailed = (await readiness.results()).some(({ error }) => error)
    return hasFailed ? reply.code(503).send({ message: 'failed to connect to database' }) : { message: 'ready' }
  })
  app.get('/metrics', async (_request, reply) => reply.type('text/plain; charset=UTF-8').send(await metrics.render()))
  app.addHook('onSend', async (_request, reply) => {
    reply.header('server', kongVersion).header('x-kong-admin-latency', Math.round(reply.elapsedTime))
  })
  answerAsKong(app)
}

/** Errors of Kong's own APIs: `{"message": …}`, and 405 where only the method is wrong. */
function answerAsKong(app: FastifyInstance): void {
  app.setNotFoundHandler(async (request, reply) => {
    const [path = '/'] = request.url.split('?', 1)
    // A path with parameters is found by its pattern only.
    const patterns = [path, path.replace(/^(\/\w+\/)[^/]+/, '$1:name')]
    const isKnown = patterns.some((url) => app.findRoute({ method: 'GET', url }) !== null)
    if (isKnown && request.method !== 'GET') return reply.code(405).send({ message: 'Method not allowed' })
    return reply.code(404).send({ message: 'Not found' })
  })
  app.setErrorHandler(async (error, request, reply) => {
    request.log.error({ err: error }, 'request failed')
    return reply.code(500).send({ message: 'An unexpected error occurred' })
  })
}

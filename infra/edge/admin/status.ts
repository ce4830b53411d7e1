import type { FastifyInstance } from 'fastify'
import type { Readiness } from '@movieverse/service/health.ts'

/** Counts of the proxy's connections, as nginx has them. */
export interface ConnectionCounts {
  readonly accepted: number
  readonly active: number
  readonly totalRequests: number
}

export interface StatusParts {
  readonly counts: () => ConnectionCounts
  /** Whether the token database answers. */
  readonly isDatabaseReachable: () => Promise<boolean>
  readonly readiness: Pick<Readiness, 'isDraining' | 'results'>
  /** Kong's metrics in Prometheus' text format. */
  readonly metrics: () => Promise<string>
}

/** Kong's status API: `/status`, `/status/ready` and `/metrics`. */
export function addStatusRoutes(
  app: FastifyInstance,
  { counts, isDatabaseReachable, readiness, metrics }: StatusParts,
): void {
  app.get('/status', async () => {
    const { accepted, active, totalRequests } = counts()
    return {
      database: { reachable: await isDatabaseReachable() },
      server: {
        connections_accepted: accepted,
        connections_handled: accepted,
        connections_active: active,
        connections_reading: 0,
        connections_writing: active,
        connections_waiting: 0,
        total_requests: totalRequests,
      },
    }
  })
  app.get('/status/ready', async (_request, reply) => {
    if (readiness.isDraining) return reply.code(503).send({ message: 'draining' })
    const hasFailed = (await readiness.results()).some(({ error }) => error)
    return hasFailed ? reply.code(503).send({ message: 'failed to connect to database' }) : { message: 'ready' }
  })
  app.get('/metrics', async (_request, reply) => {
    const startedAt = Date.now()
    const text = await metrics()
    return reply
      .header('x-kong-admin-latency', String(Date.now() - startedAt))
      .type('text/plain; charset=UTF-8')
      .send(text)
  })
  answerAsKong(app)
}

/** Errors of Kong's own APIs: `{"message": …}`, and 405 where only the method is wrong. */
export function answerAsKong(app: FastifyInstance): void {
  app.setNotFoundHandler(async (request, reply) => {
    const [path = '/'] = request.url.split('?', 1)
    const isKnown = app.findRoute({ method: 'GET', url: path }) !== null || hasRoute(app, path)
    if (isKnown && request.method !== 'GET') return reply.code(405).send({ message: 'Method not allowed' })
    return reply.code(404).send({ message: 'Not found' })
  })
  app.setErrorHandler(async (error, request, reply) => {
    request.log.error({ err: error }, 'request failed')
    return reply.code(500).send({ message: 'An unexpected error occurred' })
  })
}

/** Whether a path with parameters is one of the routes. */
function hasRoute(app: FastifyInstance, path: string): boolean {
  return app.findRoute({ method: 'GET', url: path.replace(/^(\/\w+\/)[^/]+/, '$1:name') }) !== null
}

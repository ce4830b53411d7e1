import { randomUUID } from 'node:crypto'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import { addCompression } from './compression.ts'
import type { ServiceConfig } from './config.ts'
import { PublicError } from './errors.ts'
import { addHealth } from './health.ts'
import { loggerOptions } from './logging.ts'
import { addMetrics } from './metrics.ts'
import { deadlineOf } from './request-deadline.ts'
import { createRequestLogger } from './request-logger.ts'
import { traced, traceIdOf } from './request-trace.ts'
import { answerError, restBodyOf } from './rest-errors.ts'
import { securityHeaders, type ContentSecurityPolicy } from './security-headers.ts'

export interface ServerOptions {
  /** The service's name in logs and metrics. */
  readonly name: string
  readonly config: ServiceConfig
  /** ISO code of the region that this process serves, where it serves one. */
  readonly region?: string
  /** What pages of this service may load; without it nothing may, which is right for JSON. */
  readonly contentSecurityPolicy?: ContentSecurityPolicy
}

/** Largest request body in bytes, unless a route says otherwise. */
export const bodyLimitBytes = 64 * 1024

/**
 * Lines in the head of a request. Kong takes identity headers that a client forges out of the first hundred alone, and
 * adds a few of its own.
 */
export const mostHeaders = 100

/**
 * A Fastify app with the house's defaults: request ids, logs without credentials, bounds of a request, security headers,
 * compression, masked errors, `/livez`, `/readyz` and `/metrics`. It does not listen yet; see serve.ts.
 */
export async function buildServer({
  name,
  config,
  region = '',
  contentSecurityPolicy,
}: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: loggerOptions({ level: config.LOG_LEVEL, service: name, region }),
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: createRequestLogger,
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    requestIdHeader: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  })
  app.setErrorHandler(answerError)
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send(restBodyOf(new PublicError('NOT_FOUND', 'There is nothing here'))),
  )
  addRequestHooks(app, await securityHeaders(contentSecurityPolicy))
  await addCompression(app)
  addHealth(app)
  await addMetrics(app, { service: name, region })
  return app
}

/** The sender's id where it is a plain token, so that it can be traced through every log; else a new one. */
function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : randomUUID()
}

/** Hooks of every request call back, which spares a promise for each. */
function addRequestHooks(app: FastifyInstance, headers: Readonly<Record<string, string>>): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    // Names and values stand one after the other.
    if (request.raw.rawHeaders.length <= 2 * mostHeaders) return done()
    done(new PublicError('TOO_MANY_HEADERS', `A request may have ${mostHeaders} headers`))
  })
  // Not before the body is there: what reads it goes on in the context of the connection.
  app.addHook('preHandler', ({ id, headers: sent }, _reply, done) => {
    traced({ reqId: id, traceId: traceIdOf(sent, id) }, deadlineOf(sent), done)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    if (!routeOptions.config.isQuiet) {
      const durationMs = Math.round(reply.elapsedTime * 10) / 10
      request.log.info({ method, route: routeOptions.url ?? null, status: reply.statusCode, durationMs }, 'request')
    }
    done()
  })
}

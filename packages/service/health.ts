import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { quietRoute } from './logging.ts'

/** A check that resolves while the thing it looks at can be used. */
export type ReadinessCheck = () => Promise<void>

/** What a check came to: an error where it failed. */
export interface CheckResult {
  readonly name: string
  readonly error: Error | null
}

/** Whether this process may be sent requests: while every check passes and it is not draining. */
export interface Readiness {
  add(name: string, check: ReadinessCheck): void
  /** Turns `/readyz` red for good; the process is about to stop. */
  drain(): void
  readonly isDraining: boolean
  /** Runs every check, side by side. */
  results(): Promise<CheckResult[]>
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly readiness: Readiness
  }
}

/** One check may take this long, so that a prober with a usual limit of 2 s gets its answer. */
const checkTimeoutMs = 1000

/** `/livez` answers while the process runs; `/readyz` runs the checks side by side and names those that fail, no more. */
export function addHealth(app: FastifyInstance): void {
  const checks = new Map<string, ReadinessCheck>()
  let isDraining = false
  app.decorate('readiness', {
    add: (name, check) => void checks.set(name, check),
    drain: () => void (isDraining = true),
    get isDraining() {
      return isDraining
    },
    results: () => Promise.all([...checks].map(async ([name, check]) => ({ name, error: await failureOf(check) }))),
  })
  app.get('/livez', quietRoute, async () => ({ status: 'ok' }))
  app.get('/readyz', quietRoute, async (request, reply) => {
    if (isDraining) return reply.code(503).send({ status: 'draining' })
    const results = await app.readiness.results()
    const failed = results.filter(({ error }) => error)
    for (const { name, error } of failed) request.log.error({ err: error, check: name }, 'readiness check failed')
    return reply.code(failed.length > 0 ? 503 : 200).send({
      status: failed.length > 0 ? 'failed' : 'ok',
      checks: Object.fromEntries(results.map(({ name, error }) => [name, error ? 'failed' : 'ok'])),
    })
  })
  // A client that keeps its connection would otherwise bring its next request here after the balancer left.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isDraining) reply.header('connection', 'close')
    done(null, payload)
  })
}

async function failureOf(check: ReadinessCheck): Promise<Error | null> {
  const limit = new AbortController()
  try {
    await Promise.race([check(), rejectLater(checkTimeoutMs, limit.signal)])
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  } finally {
    limit.abort()
  }
}

async function rejectLater(ms: number, signal: AbortSignal): Promise<never> {
  await wait(ms, undefined, { signal }).catch(() => {})
  throw new Error(`no answer within ${ms} ms`)
}

import type { FastifyInstance } from 'fastify'
import type { Knex } from 'knex'
import type { DatabaseConfig } from './config.ts'
import { createDatabase } from './database.ts'
import type { Histogram } from './metrics.ts'
import { assertInTime } from './request-deadline.ts'
import { currentDeadline, currentTrace } from './request-trace.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Pools of this process; `reader` is `writer` where no replica is configured. */
    readonly database: { readonly writer: Knex; readonly reader: Knex }
  }
}

type SqlHistogram = Histogram<'pool' | 'statement' | 'outcome'>

/** What a service does with its database. */
export interface DatabaseUse {
  /** Whether it also writes: then it is ready only while the writer answers, too. */
  readonly writes?: boolean
}

/**
 * Opens the pools as `app.database`, measures their statements, watches them in `/readyz`, ends them on close. A statement
 * for a request whose time is up is not sent, and throws SERVICE_UNAVAILABLE.
 */
export function registerDatabase(
  app: FastifyInstance,
  config: DatabaseConfig,
  { writes = false }: DatabaseUse = {},
): void {
  const writer = openPool(app, config.DATABASE_URL, config)
  const reader = config.DATABASE_READER_URL ? openPool(app, config.DATABASE_READER_URL, config) : writer
  app.decorate('database', { writer, reader })
  const histogram = app.meters.histogram({
    name: 'movieverse_sql_duration_seconds',
    help: 'Time that SQL statements took, waiting for a connection excluded.',
    labelNames: ['pool', 'statement', 'outcome'],
  })
  measureStatements(app, writer, 'writer', histogram)
  if (reader !== writer) measureStatements(app, reader, 'reader', histogram)
  measurePools(app, reader === writer ? { writer } : { writer, reader })
  app.readiness.add('database', () => answers(reader))
  if (writes && reader !== writer) app.readiness.add('database-writer', () => answers(writer))
  app.addHook('onClose', async () => {
    await writer.destroy()
    if (reader !== writer) await reader.destroy()
  })
}

/** What is known of a pool; knex keeps one of tarn's as `client.pool` and types it as anything. */
interface PoolCounts {
  numUsed(): number
  numFree(): number
  numPendingAcquires(): number
}

function measurePools(app: FastifyInstance, pools: Readonly<Record<string, Knex>>): void {
  const counts = Object.entries(pools).map(([pool, db]) => {
    const client: { pool: PoolCounts } = db.client
    return [pool, client] as const
  })
  app.meters.gauges(
    {
      name: 'movieverse_sql_pool_connections',
      help: 'Open connections of a pool, in use or idle.',
      labelNames: ['pool', 'state'],
    },
    () =>
      counts.flatMap(([pool, client]) => [
        [{ pool, state: 'used' }, client.pool.numUsed()] as const,
        [{ pool, state: 'idle' }, client.pool.numFree()] as const,
      ]),
  )
  app.meters.gauges(
    {
      name: 'movieverse_sql_pool_waiting',
      help: 'Requests that wait for a connection of a pool.',
      labelNames: ['pool'],
    },
    () => counts.map(([pool, client]) => [{ pool }, client.pool.numPendingAcquires()] as const),
  )
}

async function answers(db: Knex): Promise<void> {
  await db.raw('select 1')
}

function openPool(app: FastifyInstance, url: string, config: DatabaseConfig): Knex {
  return createDatabase(url, {
    poolSize: config.DATABASE_POOL_SIZE,
    acquireTimeoutMs: config.DATABASE_TIMEOUT_MS,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    log: (message) => app.log.warn({ database: true }, message),
  })
}

interface StatementEvent {
  readonly __knexQueryUid: string
  /** Of the transaction that it belongs to. */
  readonly __knexTxId?: string
  readonly method?: string
  readonly sql?: string
}

const statements = new Set(['select', 'first', 'pluck', 'insert', 'update', 'del', 'raw'])

/** A statement that takes longer than this is told, whatever the level of the log. */
const slowMs = 500

/** Measures and tells statements: their text, never their values, with the request that they are for; refuses those that come too late. */
function measureStatements(app: FastifyInstance, db: Knex, pool: string, histogram: SqlHistogram): void {
  const startedAt = new Map<string, number>()
  const isTold = app.log.level === 'debug' || app.log.level === 'trace'
  const observe = ({ __knexQueryUid: id, method = 'raw', sql }: StatementEvent, outcome: string): void => {
    const start = startedAt.get(id)
    if (start === undefined) return
    startedAt.delete(id)
    const statement = statements.has(method) ? method : 'other'
    const durationMs = performance.now() - start
    histogram.observe({ pool, statement, outcome }, durationMs / 1000)
    const isSlow = durationMs > slowMs
    if (!isSlow && !isTold) return
    const line = { ...currentTrace(), pool, outcome, durationMs: Math.round(durationMs * 10) / 10, sql }
    app.log[isSlow ? 'warn' : 'debug'](line, isSlow ? 'slow statement' : 'statement')
  }
  db.on('query', ({ __knexQueryUid: id, __knexTxId: transaction }: StatementEvent) => {
    // What throws here is not sent. A transaction that has begun is brought to its end, since its last statement is one too.
    if (transaction === undefined) assertInTime(currentDeadline())
    startedAt.set(id, performance.now())
  })
  db.on('query-response', (_response: unknown, event: StatementEvent) => observe(event, 'ok'))
  db.on('query-error', (_error: unknown, event: StatementEvent) => observe(event, 'failed'))
}

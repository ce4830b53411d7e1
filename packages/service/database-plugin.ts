import type { FastifyInstance } from 'fastify'
import type { Knex } from 'knex'
import type { DatabaseConfig } from './config.ts'
import { createDatabase } from './database.ts'
import type { Histogram } from './metrics.ts'

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

/** Opens the pools as `app.database`, measures their statements, watches them in `/readyz`, ends them on close. */
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
  measureStatements(writer, 'writer', histogram)
  if (reader !== writer) measureStatements(reader, 'reader', histogram)
  app.readiness.add('database', () => answers(reader))
  if (writes && reader !== writer) app.readiness.add('database-writer', () => answers(writer))
  app.addHook('onClose', async () => {
    await writer.destroy()
    if (reader !== writer) await reader.destroy()
  })
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
  readonly method?: string
}

const statements = new Set(['select', 'first', 'pluck', 'insert', 'update', 'del', 'raw'])

function measureStatements(db: Knex, pool: string, histogram: SqlHistogram): void {
  const startedAt = new Map<string, number>()
  const observe = ({ __knexQueryUid: id, method = 'raw' }: StatementEvent, outcome: string): void => {
    const start = startedAt.get(id)
    if (start === undefined) return
    startedAt.delete(id)
    const statement = statements.has(method) ? method : 'other'
    histogram.observe({ pool, statement, outcome }, (performance.now() - start) / 1000)
  }
  db.on('query', (event: StatementEvent) => startedAt.set(event.__knexQueryUid, performance.now()))
  db.on('query-response', (_response: unknown, event: StatementEvent) => observe(event, 'ok'))
  db.on('query-error', (_error: unknown, event: StatementEvent) => observe(event, 'failed'))
}

import type { Connection, QueryError, RowDataPacket } from 'mysql2'
import { withoutValues, type ServerError } from './mysql-errors.ts'

type Done = (error: Error | null) => void

/** A client waits this much longer than the server's own limit before it gives a connection up as dead. */
const graceMs = 1000

/** Limits of a connection, in milliseconds. */
export interface SessionLimits {
  /** How long a statement may run; 0 for ever. */
  readonly statementTimeoutMs: number
  /** How long the server keeps a connection that it hears nothing from, to the second. */
  readonly silenceMs: number
}

/**
 * What a new MySQL or MariaDB connection is told before its first use: strict values, UTC, and its limits. A server that
 * does not keep that of statements, because it or the network is gone, is not waited for: its connection is dropped, and
 * its statement, one of these first ones too, fails with the code MOVIEVERSE_QUERY_TIMEOUT. The other way round, a server
 * whose client is gone without a farewell ends that client's transaction, whose locks it would keep for eight hours else.
 * From then on errors of statements tell none of their values.
 */
export function prepareMysqlSession({
  statementTimeoutMs,
  silenceMs,
}: SessionLimits): (connection: Connection, done: Done) => void {
  return (connection, done) => {
    // `as`: mysql2's own overloads don't fit a wrapper, and it types neither its stream nor knex's mark.
    const raw = connection as unknown as KnexConnection
    if (statementTimeoutMs > 0) limitWaiting(raw, statementTimeoutMs + graceMs)
    connection.query('select version() as version', [], (error: QueryError | null, rows: RowDataPacket[]) => {
      if (error) return done(error)
      const settings = [
        "sql_mode = concat(@@sql_mode, ',STRICT_TRANS_TABLES')",
        "time_zone = '+00:00'",
        `wait_timeout = ${Math.ceil(silenceMs / 1000)}`,
      ]
      if (statementTimeoutMs > 0) settings.push(statementLimit(String(rows[0]?.version), statementTimeoutMs))
      connection.query(`set session ${settings.join(', ')}`, [], (failure: QueryError | null) => {
        hideValues(raw)
        done(failure)
      })
    })
  }
}

function statementLimit(version: string, ms: number): string {
  return version.includes('MariaDB') ? `max_statement_time = ${ms / 1000}` : `max_execution_time = ${ms}`
}

type Callback = (error: Error | null, ...rest: unknown[]) => void
type Query = (options: unknown, values: unknown, callback?: Callback) => unknown

/** What knex reads and calls of a connection; it marks one that must leave the pool. */
interface KnexConnection {
  query: Query
  stream: { destroy(): void }
  __knex__disposed?: Error
}

function hideValues(raw: KnexConnection): void {
  const query = raw.query.bind(raw)
  raw.query = (options, values, callback) => {
    if (!callback) return query(options, values)
    return query(options, values, (error, ...rest) => {
      callback(error && isOfServer(error) ? withoutValues(error) : error, ...rest)
    })
  }
}

function isOfServer(error: Error): error is ServerError {
  return 'errno' in error && 'sqlState' in error && typeof error.sqlState === 'string'
}

function limitWaiting(raw: KnexConnection, ms: number): void {
  const query = raw.query.bind(raw)
  raw.query = (options, values, callback) => {
    if (!callback) return query(options, values)
    const timer = setTimeout(() => {
      const error = Object.assign(new Error(`the database did not answer within ${ms} ms`), {
        code: 'MOVIEVERSE_QUERY_TIMEOUT',
      })
      raw.__knex__disposed = error
      raw.stream.destroy()
      callback(error)
    }, ms)
    return query(options, values, (...answer) => {
      clearTimeout(timer)
      callback(...answer)
    })
  }
}

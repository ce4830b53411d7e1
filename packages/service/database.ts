import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import knex, { type Knex } from 'knex'
import { prepareMysqlSession } from './mysql-session.ts'

/** Pool and time limits of one connection pool; times in milliseconds. */
export interface DatabaseOptions {
  /** Connections at most; SQLite always has one, since its driver is synchronous. */
  readonly poolSize?: number
  /** How long a request waits for a free connection, and a connection for its server. */
  readonly acquireTimeoutMs?: number
  /**
   * How long one statement may run on MySQL and MariaDB; 0, the default, is without limit, for migrations and imports.
   * SQLite knows no such limit.
   */
  readonly statementTimeoutMs?: number
  /** How long a MySQL connection that nobody uses is kept. */
  readonly idleTimeoutMs?: number
  /** Takes what knex would print: lost connections above all. Without it knex keeps quiet. */
  readonly log?: (message: string) => void
}

/** How long the server keeps the connection of a command that says nothing: it may compute for minutes meanwhile. */
const commandSilenceMs = 3_600_000
/** How much longer than its service it keeps that of a service, which looks every second for those that nobody uses. */
const spareSilenceMs = 3000

/**
 * Opens the database that a URL names: `mysql://user:password@host:port/database` or `sqlite:path/to/file`.
 * Errors tell the statement without its values, which may be personal. Nothing is connected until the first statement.
 * Throws a TypeError where the URL has another scheme.
 */
export function createDatabase(url: string, options: DatabaseOptions = {}): Knex {
  if (url.startsWith('sqlite:')) return createSqliteDatabase(url.slice('sqlite:'.length), options)
  if (url.startsWith('mysql://')) return createMysqlDatabase(url, options)
  throw new TypeError('a database URL starts with mysql:// or sqlite:')
}

function createSqliteDatabase(path: string, { acquireTimeoutMs = 1000, log }: DatabaseOptions): Knex {
  mkdirSync(dirname(path), { recursive: true })
  return knex({
    client: 'better-sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    compileSqlOnError: false,
    acquireConnectionTimeout: acquireTimeoutMs,
    log: knexLog(log),
    pool: { min: 0, max: 1, afterCreate: prepareSqlite },
  })
}

function createMysqlDatabase(url: string, options: DatabaseOptions): Knex {
  const { poolSize = 8, acquireTimeoutMs = 1000, statementTimeoutMs = 0, idleTimeoutMs = 10_000, log } = options
  const silenceMs = statementTimeoutMs > 0 ? idleTimeoutMs + spareSilenceMs : commandSilenceMs
  const { hostname, port, username, password, pathname } = new URL(url)
  return knex({
    client: 'mysql2',
    // Else knex asks the first connection for it, without a limit, and every later one waits for that answer.
    version: 'latest',
    compileSqlOnError: false,
    connection: {
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: decodeURIComponent(pathname.slice(1)),
      charset: 'utf8mb4',
      timezone: 'Z',
      dateStrings: true,
      decimalNumbers: true,
      supportBigNumbers: true,
      connectTimeout: acquireTimeoutMs,
      // The system asks a server that says nothing for so long whether it is still there: statements of commands have no limit.
      keepAliveInitialDelay: 10_000,
    },
    acquireConnectionTimeout: acquireTimeoutMs,
    log: knexLog(log),
    pool: {
      min: 0,
      max: poolSize,
      idleTimeoutMillis: idleTimeoutMs,
      afterCreate: prepareMysqlSession({ statementTimeoutMs, silenceMs }),
    },
  })
}

function knexLog(log: (message: string) => void = () => {}): Knex.Logger {
  // Knex prints whole stacks; whoever waits for the statement gets the error itself.
  const write = (message: unknown): void => log(String(message).split('\n', 1)[0] ?? '')
  return {
    warn: write,
    error: write,
    debug: write,
    deprecate: (method, alternative) => log(`${method}: use ${alternative}`),
  }
}

interface SqliteConnection {
  pragma(statement: string): unknown
}

function prepareSqlite(connection: SqliteConnection, done: (error: Error | null) => void): void {
  for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON', 'busy_timeout = 3000']) {
    connection.pragma(pragma)
  }
  done(null)
}

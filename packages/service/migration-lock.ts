import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import knex, { type Knex } from 'knex'
import { dialectOf } from './dialect.ts'

const pollMs = 50

/**
 * Runs the work while no other process runs its own under the same lock of this database, waiting up to `waitMs` for
 * one that does. The lock belongs to a connection, so that a killed process leaves none behind. Throws where the wait
 * is over.
 */
export async function withMigrationLock<Result>(
  db: Knex,
  waitMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const release = dialectOf(db) === 'mysql' ? await lockMysql(db, waitMs) : await lockSqlite(db, waitMs)
  try {
    return await work()
  } finally {
    await release()
  }
}

type Release = () => Promise<void>

function isTaken(waitMs: number): Error {
  return new Error(`another process has been migrating this database for more than ${waitMs / 1000} s`)
}

/** The server's own advisory lock, on a connection of its own that stays open for as long as it is held. */
async function lockMysql(db: Knex, waitMs: number): Promise<Release> {
  const { client, connection, log } = db.client.config
  const holder = knex({ client, connection, log, pool: { min: 0, max: 1 } })
  try {
    const [[{ name }]] = await holder.raw('select database() as name')
    const lock = `migrate.${createHash('sha1').update(String(name)).digest('hex')}`
    const [[{ taken }]] = await holder.raw('select get_lock(?, ?) as taken', [lock, waitMs / 1000])
    if (taken !== 1) throw isTaken(waitMs)
  } catch (error) {
    await holder.destroy()
    throw error
  }
  return () => holder.destroy()
}

/** A write transaction on a small file beside the database: the operating system ends it with its process. */
async function lockSqlite(db: Knex, waitMs: number): Promise<Release> {
  const { filename } = db.client.config.connection
  if (filename === ':memory:') return async () => {}
  const holder = new Sqlite(`${filename}.migrate-lock`, { timeout: 0 })
  const deadline = performance.now() + waitMs
  for (;;) {
    try {
      holder.exec('begin immediate')
      return async () => void holder.close()
    } catch (error) {
      const isBusy = error instanceof Sqlite.SqliteError && error.code === 'SQLITE_BUSY'
      if (!isBusy || performance.now() >= deadline) {
        holder.close()
        throw isBusy ? isTaken(waitMs) : error
      }
    }
    await wait(pollMs)
  }
}

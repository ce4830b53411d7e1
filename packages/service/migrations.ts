import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Knex } from 'knex'
import { dialectOf } from './dialect.ts'
import { withMigrationLock } from './migration-lock.ts'
import { placeOf, type MigrationSet } from './migration-sets.ts'

export interface MigrationOptions {
  /** Which group of migrations; the platform's by default. */
  readonly set?: MigrationSet
  /** Folder of the migrations; the set's own unless a test has one. */
  readonly directory?: string
  /** How long to wait for another process that is migrating the same database. */
  readonly lockWaitMs?: number
}

/** A migration that failed, by name; what it did before stays on MySQL, and running it again goes on from there. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'

  constructor(migration: string, direction: string, cause: unknown) {
    super(`migration ${migration} failed (${direction})`, { cause })
  }
}

/**
 * Brings the schema up to date; answers the names of the migrations that ran. Of several processes that call this at
 * once one migrates and the others wait; a process that was killed half-way leaves nothing that would stop the next.
 * Throws a MigrationError. Needs a connection without a statement limit.
 */
export async function migrate(db: Knex, options: MigrationOptions = {}): Promise<string[]> {
  return runLocked(db, options, async (config) => {
    const [, names] = await db.migrate.latest(config)
    return names
  })
}

/** Takes back the last batch of migrations, or all of them; answers their names. Locks and throws like `migrate`. */
export async function rollback(db: Knex, all = false, options: MigrationOptions = {}): Promise<string[]> {
  return runLocked(db, options, async (config) => {
    const [, names] = await db.migrate.rollback(config, all)
    return names
  })
}

/** Names of a set's migrations that a database has had, oldest first; empty where it was never migrated. */
export async function completedMigrations(db: Knex, set: MigrationSet = 'platform'): Promise<string[]> {
  const { tableName } = placeOf(set)
  if (!(await db.schema.hasTable(tableName))) return []
  return db(tableName).orderBy('id').pluck('name')
}

async function runLocked(
  db: Knex,
  { set = 'platform', directory, lockWaitMs = 60_000 }: MigrationOptions,
  run: (config: Knex.MigratorConfig) => Promise<string[]>,
): Promise<string[]> {
  const place = placeOf(set)
  const config = {
    tableName: place.tableName,
    migrationSource: sourceOf(directory ?? place.directory),
    // MySQL commits every DDL statement, and with it any transaction around it. Without one, each migration is recorded
    // as soon as it is done.
    disableTransactions: dialectOf(db) === 'mysql',
  }
  return withMigrationLock(db, lockWaitMs, async () => {
    // Knex's own lock is a row that a killed process leaves behind. Nobody else can be at work here, so it is stale.
    await db.migrate.forceFreeMigrationsLock(config)
    return run(config)
  })
}

function sourceOf(directory: string): Knex.MigrationSource<string> {
  return {
    async getMigrations() {
      const files = await readdir(directory)
      return files.filter((file) => file.endsWith('.ts')).toSorted()
    },
    getMigrationName: (name) => name,
    async getMigration(name) {
      const { up, down } = (await import(pathToFileURL(join(directory, name)).href)) as Required<Knex.Migration> // by convention of the folder
      return {
        up: (db) => named(name, 'up', up(db)),
        down: (db) => named(name, 'down', down(db)),
      }
    },
  }
}

async function named(name: string, direction: string, work: PromiseLike<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw new MigrationError(name, direction, error)
  }
}

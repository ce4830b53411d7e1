import { dialectOf } from '@movieverse/service/dialect.ts'
import type { Knex } from 'knex'

/** How each table of a migration is built. */
export type TableBuilders = Record<string, (table: Knex.CreateTableBuilder) => void>

/**
 * Creates the tables in order. MySQL commits each DDL statement, so a migration that was killed half-way leaves
 * tables behind: those are dropped and built anew, which is refused as soon as one of them holds a row.
 */
export async function createTables(db: Knex, names: readonly string[], builders: TableBuilders): Promise<void> {
  await dropLeftovers(db, names)
  for (const name of names) {
    const build = builders[name]
    if (!build) throw new Error(`no builder for table ${name}`)
    await db.schema.createTable(name, (table) => {
      if (dialectOf(db) === 'mysql') table.charset('utf8mb4')
      if (dialectOf(db) === 'mysql') table.collate('utf8mb4_unicode_520_ci')
      build(table)
    })
  }
}

/** Drops the tables in reverse order, those that exist. */
export async function dropTables(db: Knex, names: readonly string[]): Promise<void> {
  for (const name of names.toReversed()) await db.schema.dropTableIfExists(name)
}

/** A UTC time to the millisecond; see packages/service/sql-time.ts. */
export function utcTime(table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder {
  return table.datetime(name, { precision: 3 })
}

/** When the row was made and last changed. */
export function timestamps(table: Knex.CreateTableBuilder): void {
  utcTime(table, 'created_at').notNullable()
  utcTime(table, 'updated_at').notNullable()
}

async function dropLeftovers(db: Knex, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (!(await db.schema.hasTable(name))) continue
    if (await db(name).first()) {
      throw new Error(
        `table ${name} exists and holds rows, but its migration is not recorded: restore a dump or move it away`,
      )
    }
  }
  await dropTables(db, names)
}

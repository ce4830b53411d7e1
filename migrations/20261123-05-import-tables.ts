import type { Knex } from 'knex'
import { createTables, dropTables, utcTime } from './support/tables.ts'

const tables = ['import_runs']

/** One row per import: what was read, how far it came, and its report. A killed import resumes from its checkpoint. */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, {
    import_runs(table) {
      table.increments('id')
      table.string('layout', 32).collate('ascii_bin').notNullable()
      table.specificType('source_fingerprint', 'char(64)').notNullable()
      table.string('state', 8).collate('ascii_bin').notNullable()
      table.text('checkpoint')
      table.text('report')
      utcTime(table, 'started_at').notNullable()
      utcTime(table, 'updated_at').notNullable()
      table.index(['layout', 'source_fingerprint'], 'ix_import_runs_source')
      table.check("?? in ('RUNNING', 'DONE', 'FAILED')", ['state'], 'ck_import_runs_state')
    },
  })
}

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

import type { Knex } from 'knex'
import { createTables, dropTables, timestamps, utcTime } from '../support/tables.ts'

const tables = ['site_tokens']

/** The website's tokens at the edge, one pair for each session; they end with it. */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, {
    site_tokens(table) {
      table.specificType('session_hash', 'char(64)').collate('ascii_bin').primary()
      // Encrypted with a key that is not in this database.
      table.string('sealed', 1024).collate('ascii_bin').notNullable()
      utcTime(table, 'expires_at').notNullable()
      timestamps(table)
      table.foreign('session_hash', 'fk_site_tokens_session').references('sessions.token_hash').onDelete('CASCADE')
    },
  })
}

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

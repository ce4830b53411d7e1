import type { Knex } from 'knex'
import { createTables, dropTables, utcTime } from '../support/tables.ts'

const tables = ['edge_codes', 'edge_tokens']

/** What the embedded edge has issued: authorization codes, and access tokens with their refresh tokens. */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, {
    edge_codes(table) {
      hash(table, 'code_hash').primary()
      grant(table)
      // Text, since Kong checks the length of neither this nor a user's id.
      table.text('challenge')
      utcTime(table, 'expires_at').notNullable()
      table.index(['expires_at'], 'ix_edge_codes_expiry')
    },
    edge_tokens(table) {
      hash(table, 'access_hash').primary()
      hash(table, 'refresh_hash')
      grant(table)
      // Null for what never expires.
      utcTime(table, 'expires_at')
      utcTime(table, 'refresh_expires_at')
      // When the row is of no more use; null for one that is kept for ever.
      utcTime(table, 'ends_at')
      table.unique(['refresh_hash'], { indexName: 'uq_edge_tokens_refresh' })
      table.index(['ends_at'], 'ix_edge_tokens_end')
    },
  })
}

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

/** SHA-256 in hex: who reads these tables can use no token and no code. */
function hash(table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder {
  return table.specificType(name, 'char(64)').collate('ascii_bin')
}

function grant(table: Knex.CreateTableBuilder): void {
  table.string('credential_id', 36).collate('ascii_bin').notNullable()
  table.string('service_id', 36).collate('ascii_bin')
  table.text('scope')
  table.text('authenticated_user_id')
}

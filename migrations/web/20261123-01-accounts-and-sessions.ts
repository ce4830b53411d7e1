import type { Knex } from 'knex'
import { createTables, dropTables, timestamps, utcTime } from '../support/tables.ts'

const tables = ['accounts', 'sessions', 'consents', 'sign_in_attempts']

/** Who can sign in, who is signed in, which apps they let in, and who failed to sign in lately. */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, {
    accounts(table) {
      table.string('id', 64).collate('ascii_bin').primary()
      // Trimmed and in lower case, so that one address is one account.
      table.string('email', 254).collate('ascii_bin').notNullable()
      table.string('name', 80).notNullable()
      table.string('password_hash', 255).collate('ascii_bin').notNullable()
      timestamps(table)
      table.unique(['email'], { indexName: 'uq_accounts_email' })
    },
    sessions(table) {
      // SHA-256 of the cookie's value: who reads this table cannot sign in with it.
      table.specificType('token_hash', 'char(64)').collate('ascii_bin').primary()
      table.string('account_id', 64).collate('ascii_bin').notNullable()
      utcTime(table, 'created_at').notNullable()
      utcTime(table, 'last_seen_at').notNullable()
      table.foreign('account_id', 'fk_sessions_account').references('accounts.id').onDelete('CASCADE')
      table.index(['account_id'], 'ix_sessions_account')
      table.index(['last_seen_at'], 'ix_sessions_last_seen')
    },
    consents(table) {
      table.string('account_id', 64).collate('ascii_bin').notNullable()
      table.string('client_id', 64).collate('ascii_bin').notNullable()
      // One row for each scope; the empty scope stands for knowing the account's id, which every app gets.
      table.string('scope', 64).collate('ascii_bin').notNullable()
      utcTime(table, 'granted_at').notNullable()
      table.primary(['account_id', 'client_id', 'scope'])
      table.foreign('account_id', 'fk_consents_account').references('accounts.id').onDelete('CASCADE')
    },
    sign_in_attempts(table) {
      table.increments('id')
      // Keyed hashes, since neither who tried nor from where has to be read from here.
      table.specificType('account_key', 'char(64)').collate('ascii_bin').notNullable()
      table.specificType('address_key', 'char(64)').collate('ascii_bin').notNullable()
      utcTime(table, 'attempted_at').notNullable()
      table.index(['account_key', 'attempted_at'], 'ix_sign_in_attempts_account')
      table.index(['address_key', 'attempted_at'], 'ix_sign_in_attempts_address')
      table.index(['attempted_at'], 'ix_sign_in_attempts_time')
    },
  })
}

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

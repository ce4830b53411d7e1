import type { Knex } from 'knex'
import { createTables, dropTables, utcTime } from './support/tables.ts'

const tables = ['model_versions', 'model_weights', 'model_state']

/**
 * Recommendation models. A version is written in batches while nobody looks at it; one row says which is served, so
 * the switch is one small transaction, and the version before it stays for a rollback.
 */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, {
    model_versions(table) {
      table.increments('id')
      table.string('state', 8).collate('ascii_bin').notNullable()
      table.integer('title_count').notNullable().defaultTo(0)
      table.integer('weight_count').notNullable().defaultTo(0)
      // Of all weights in the order of their titles: a version that was cut short or changed is not served.
      table.specificType('checksum', 'char(64)')
      table.text('settings').notNullable()
      utcTime(table, 'started_at').notNullable()
      utcTime(table, 'trained_at')
      table.check("?? in ('BUILDING', 'READY')", ['state'], 'ck_model_versions_state')
    },
    // One row for each title that says something about others: their ids and weights, packed (weights-codec.ts).
    model_weights(table) {
      table.integer('version_id').unsigned().notNullable()
      table.integer('title_id').unsigned().notNullable()
      table.text('targets').notNullable()
      table.primary(['version_id', 'title_id'])
      table.foreign('version_id', 'fk_model_weights_version').references('model_versions.id').onDelete('CASCADE')
    },
    // One row: which version is served, and which was before.
    model_state(table) {
      table.integer('id').primary()
      table.integer('active_version_id').unsigned()
      table.integer('previous_version_id').unsigned()
      utcTime(table, 'changed_at').notNullable()
      table.foreign('active_version_id', 'fk_model_state_active').references('model_versions.id')
      table.foreign('previous_version_id', 'fk_model_state_previous').references('model_versions.id')
      table.check('?? = 1', ['id'], 'ck_model_state_one_row')
    },
  })
}

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

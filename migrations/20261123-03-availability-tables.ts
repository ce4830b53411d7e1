import type { Knex } from 'knex'
import { createTables, dropTables, timestamps, utcTime } from './support/tables.ts'

const tables = ['availabilities', 'availability_languages', 'availability_overrides', 'availability_changes']
const offerTypes = "('SUBSCRIPTION', 'FREE', 'ADS', 'RENT', 'BUY', 'CINEMA')"

/** Where and when a title may be watched, what explicit offers override, and an append-only log of every change. */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, {
    availabilities(table) {
      table.increments('id')
      titleAndRegion(table, 'availabilities')
      // POLICY rows come from the default policy, OFFER rows from imports and availability:set.
      table.string('source', 8).collate('ascii_bin').notNullable()
      // Names the offer within title and region, so that writing it again changes the same row.
      table.string('offer_key', 64).collate('ascii_bin').notNullable()
      table.string('offer_type', 16).collate('ascii_bin')
      utcTime(table, 'available_from').notNullable()
      utcTime(table, 'available_until')
      table.bigInteger('price_minor')
      table.specificType('currency', 'char(3)')
      table.string('quality', 8).collate('ascii_bin')
      timestamps(table)
      table.unique(['title_id', 'region_code', 'offer_key'], { indexName: 'uq_availabilities_offer' })
      table.check("?? in ('POLICY', 'OFFER')", ['source'], 'ck_availabilities_source')
      table.check(`?? in ${offerTypes}`, ['offer_type'], 'ck_availabilities_offer_type')
      table.check("?? in ('SD', 'HD', 'UHD')", ['quality'], 'ck_availabilities_quality')
      table.check('?? < ??', ['available_from', 'available_until'], 'ck_availabilities_window')
      table.check('?? >= 0', ['price_minor'], 'ck_availabilities_price_minor')
      table.check('(?? is null) = (?? is null)', ['price_minor', 'currency'], 'ck_availabilities_price')
    },
    availability_languages(table) {
      table.integer('availability_id').unsigned().notNullable()
      table.string('track', 10).collate('ascii_bin').notNullable()
      table.string('language_code', 3).collate('ascii_bin').notNullable()
      table.smallint('position').notNullable()
      table.primary(['availability_id', 'track', 'language_code'])
      table
        .foreign('availability_id', 'fk_availability_languages_availability')
        .references('availabilities.id')
        .onDelete('CASCADE')
      table.foreign('language_code', 'fk_availability_languages_language').references('languages.code')
      table.check("?? in ('AUDIO', 'SUBTITLES')", ['track'], 'ck_availability_languages_track')
    },
    // Pairs for which the default policy is switched off, so that the next import does not bring it back.
    availability_overrides(table) {
      titleAndRegion(table, 'availability_overrides')
      utcTime(table, 'created_at').notNullable()
      table.primary(['title_id', 'region_code'])
    },
    availability_changes(table) {
      table.bigIncrements('id')
      titleAndRegion(table, 'availability_changes')
      table.string('kind', 8).collate('ascii_bin').notNullable()
      table.string('offer_type', 16).collate('ascii_bin')
      utcTime(table, 'available_from').notNullable()
      utcTime(table, 'available_until')
      utcTime(table, 'changed_at').notNullable()
      table.index(['region_code', 'id'], 'ix_availability_changes_region')
      table.index(['changed_at'], 'ix_availability_changes_changed_at')
      table.check("?? in ('ADDED', 'CHANGED', 'REMOVED')", ['kind'], 'ck_availability_changes_kind')
    },
  })
}

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

function titleAndRegion(table: Knex.CreateTableBuilder, name: string): void {
  table.integer('title_id').unsigned().notNullable()
  table.string('region_code', 2).collate('ascii_bin').notNullable()
  table.foreign('title_id', `fk_${name}_title`).references('titles.id').onDelete('CASCADE')
  table.foreign('region_code', `fk_${name}_region`).references('regions.code')
}

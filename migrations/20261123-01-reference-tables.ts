import type { Knex } from 'knex'
import { createTables, dropTables } from './support/tables.ts'

const tables = ['countries', 'languages', 'genres', 'regions', 'region_countries']

/** Countries (ISO 3166-1 and 3166-3), languages (ISO 639), genres and the regions of subgraphs/regions.json. */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, {
    countries(table) {
      table.string('code', 4).collate('ascii_bin').primary()
      table.string('name', 100).notNullable().unique({ indexName: 'uq_countries_name' })
      table.string('standard', 20).notNullable()
      table.check("?? in ('ISO 3166-1', 'ISO 3166-3', 'user-assigned')", ['standard'], 'ck_countries_standard')
    },
    languages(table) {
      table.string('code', 3).collate('ascii_bin').primary()
      table.string('name', 100).notNullable().unique({ indexName: 'uq_languages_name' })
    },
    genres(table) {
      table.string('code', 32).collate('ascii_bin').primary()
      table.string('name', 64).notNullable().unique({ indexName: 'uq_genres_name' })
    },
    regions(table) {
      table.string('code', 2).collate('ascii_bin').primary()
      table.string('slug', 32).notNullable().unique({ indexName: 'uq_regions_slug' })
      table.string('name', 100).notNullable()
      table.string('label', 32).notNullable()
      table.specificType('currency', 'char(3)').notNullable()
    },
    region_countries(table) {
      table.string('region_code', 2).collate('ascii_bin').notNullable()
      table.string('country_code', 4).collate('ascii_bin').notNullable()
      table.primary(['region_code', 'country_code'])
      table.foreign('region_code', 'fk_region_countries_region').references('regions.code').onDelete('CASCADE')
      table.foreign('country_code', 'fk_region_countries_country').references('countries.code')
    },
  })
}

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

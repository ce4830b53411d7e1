import type { Knex } from 'knex'
import { createTables, dropTables, timestamps } from './support/tables.ts'

const tables = ['people', 'titles', 'title_countries', 'title_languages', 'title_genres', 'credits']

/** Titles with their countries and languages in source order, their genres, and the people credited on them. */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, {
    people(table) {
      table.increments('id')
      table.string('imdb_id', 12).collate('ascii_bin').unique({ indexName: 'uq_people_imdb_id' })
      table.string('name', 200).notNullable()
      table.string('sort_name', 200).collate('utf8mb4_bin').notNullable().index('ix_people_sort_name')
      table.date('born_on')
    },
    titles(table) {
      table.increments('id')
      table.string('imdb_id', 12).collate('ascii_bin').unique({ indexName: 'uq_titles_imdb_id' })
      table.string('title', 500).notNullable()
      table.string('sort_title', 500).collate('utf8mb4_bin').notNullable().index('ix_titles_sort_title')
      table.string('original_title', 500)
      table.smallint('release_year').index('ix_titles_release_year')
      table.date('published_on')
      table.smallint('runtime_minutes').index('ix_titles_runtime_minutes')
      table.string('production_company', 255)
      table.bigInteger('gross_minor')
      table.specificType('gross_currency', 'char(3)')
      table.decimal('average_rating', 3, 1)
      table.integer('votes')
      table.integer('popularity').notNullable()
      table.specificType('fingerprint', 'char(40)')
      timestamps(table)
      table.check('?? between 1870 and 2200', ['release_year'], 'ck_titles_release_year')
      table.check('?? > 0', ['runtime_minutes'], 'ck_titles_runtime_minutes')
      table.check('?? between 0 and 10', ['average_rating'], 'ck_titles_average_rating')
      table.check('?? >= 0', ['votes'], 'ck_titles_votes')
      table.check('?? >= 0', ['gross_minor'], 'ck_titles_gross_minor')
      table.check('(?? is null) = (?? is null)', ['gross_minor', 'gross_currency'], 'ck_titles_gross')
    },
    title_countries(table) {
      titleReference(table, 'title_countries')
      table.string('country_code', 4).collate('ascii_bin').notNullable()
      table.smallint('position').notNullable()
      table.primary(['title_id', 'country_code'])
      table.foreign('country_code', 'fk_title_countries_country').references('countries.code')
    },
    title_languages(table) {
      titleReference(table, 'title_languages')
      table.string('language_code', 3).collate('ascii_bin').notNullable()
      table.smallint('position').notNullable()
      table.primary(['title_id', 'language_code'])
      table.foreign('language_code', 'fk_title_languages_language').references('languages.code')
    },
    title_genres(table) {
      titleReference(table, 'title_genres')
      table.string('genre_code', 32).collate('ascii_bin').notNullable()
      table.smallint('position').notNullable()
      table.primary(['title_id', 'genre_code'])
      table.foreign('genre_code', 'fk_title_genres_genre').references('genres.code')
    },
    credits(table) {
      titleReference(table, 'credits')
      table.integer('person_id').unsigned().notNullable()
      table.string('role', 16).collate('ascii_bin').notNullable()
      table.smallint('position').notNullable()
      table.primary(['title_id', 'role', 'person_id'])
      table.index(['person_id', 'title_id'], 'ix_credits_person')
      table.foreign('person_id', 'fk_credits_person').references('people.id').onDelete('CASCADE')
      table.check("?? in ('DIRECTOR', 'ACTOR', 'ACTRESS')", ['role'], 'ck_credits_role')
    },
  })
}

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

function titleReference(table: Knex.CreateTableBuilder, name: string): void {
  table.integer('title_id').unsigned().notNullable()
  table.foreign('title_id', `fk_${name}_title`).references('titles.id').onDelete('CASCADE')
}

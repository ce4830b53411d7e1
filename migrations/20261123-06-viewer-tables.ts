import type { Knex } from 'knex'
import { createTables, dropTables, timestamps, utcTime } from './support/tables.ts'

const tables = [
  'viewers',
  'viewer_languages',
  'viewer_genres',
  'viewer_services',
  'viewer_ratings',
  'watchlist_entries',
  'history_entries',
  'hidden_titles',
  'idempotency_keys',
  'erased_viewers',
]

/** Who watches, their profile and what they said about titles; and, without their names, who asked to be forgotten. */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, { ...profileTables, ...feedbackTables, ...recordTables })
}

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

type Build = (table: Knex.CreateTableBuilder) => void

const profileTables: Record<string, Build> = {
  viewers(table) {
    table.increments('id')
    // The edge's X-Authenticated-Userid.
    table.string('user_id', 190).collate('ascii_bin').notNullable().unique({ indexName: 'uq_viewers_user_id' })
    table.string('display_name', 100)
    table.string('region_code', 2).collate('ascii_bin')
    table.string('maturity', 8).collate('ascii_bin').notNullable().defaultTo('ADULT')
    // Grows with every change of the viewer's profile or feedback, in the same transaction.
    table.integer('revision').notNullable().defaultTo(0)
    timestamps(table)
    table.foreign('region_code', 'fk_viewers_region').references('regions.code')
    table.check("?? in ('CHILD', 'TEEN', 'ADULT')", ['maturity'], 'ck_viewers_maturity')
  },
  viewer_languages(table) {
    viewerReference(table, 'viewer_languages')
    table.string('language_code', 3).collate('ascii_bin').notNullable()
    table.smallint('position').notNullable()
    table.primary(['viewer_id', 'language_code'])
    table.foreign('language_code', 'fk_viewer_languages_language').references('languages.code')
  },
  viewer_genres(table) {
    viewerReference(table, 'viewer_genres')
    table.string('genre_code', 32).collate('ascii_bin').notNullable()
    table.smallint('position').notNullable()
    table.primary(['viewer_id', 'genre_code'])
    table.foreign('genre_code', 'fk_viewer_genres_genre').references('genres.code')
  },
  viewer_services(table) {
    viewerReference(table, 'viewer_services')
    table.string('service_code', 32).collate('ascii_bin').notNullable()
    table.smallint('position').notNullable()
    table.primary(['viewer_id', 'service_code'])
  },
}

const feedbackTables: Record<string, Build> = {
  viewer_ratings(table) {
    viewerAndTitle(table, 'viewer_ratings')
    // 1 is half a star, 10 are five.
    table.smallint('half_stars').notNullable()
    utcTime(table, 'rated_at').notNullable()
    table.index(['viewer_id', 'rated_at', 'title_id'], 'ix_viewer_ratings_newest')
    table.check('?? between 1 and 10', ['half_stars'], 'ck_viewer_ratings_half_stars')
  },
  watchlist_entries(table) {
    viewerAndTitle(table, 'watchlist_entries')
    utcTime(table, 'added_at').notNullable()
    table.index(['viewer_id', 'added_at', 'title_id'], 'ix_watchlist_entries_newest')
  },
  history_entries(table) {
    viewerAndTitle(table, 'history_entries')
    table.integer('progress_seconds')
    table.decimal('progress_percent', 5, 2)
    table.boolean('is_completed').notNullable()
    utcTime(table, 'watched_at').notNullable()
    table.index(['viewer_id', 'watched_at', 'title_id'], 'ix_history_entries_newest')
    table.check('?? >= 0', ['progress_seconds'], 'ck_history_entries_seconds')
    table.check('?? between 0 and 100', ['progress_percent'], 'ck_history_entries_percent')
  },
  hidden_titles(table) {
    viewerAndTitle(table, 'hidden_titles')
    utcTime(table, 'hidden_at').notNullable()
    table.index(['viewer_id', 'hidden_at', 'title_id'], 'ix_hidden_titles_newest')
  },
}

const recordTables: Record<string, Build> = {
  // What a mutation answered the first time that its key came, for as long as a client may repeat it.
  idempotency_keys(table) {
    viewerReference(table, 'idempotency_keys')
    table.string('idempotency_key', 100).collate('ascii_bin').notNullable()
    table.specificType('request_hash', 'char(64)').notNullable()
    table.text('result').notNullable()
    utcTime(table, 'created_at').notNullable()
    utcTime(table, 'expires_at').notNullable()
    table.primary(['viewer_id', 'idempotency_key'])
  },
  // A keyed hash of the id of somebody who was erased: tokens that were given out before cannot bring them back.
  erased_viewers(table) {
    table.specificType('user_hash', 'char(64)').notNullable().primary()
    utcTime(table, 'erased_at').notNullable()
    utcTime(table, 'refused_until').notNullable().index('ix_erased_viewers_refused_until')
  },
}

function viewerReference(table: Knex.CreateTableBuilder, name: string): void {
  table.integer('viewer_id').unsigned().notNullable()
  table.foreign('viewer_id', `fk_${name}_viewer`).references('viewers.id').onDelete('CASCADE')
}

/** One row for each pair. */
function viewerAndTitle(table: Knex.CreateTableBuilder, name: string): void {
  viewerReference(table, name)
  table.integer('title_id').unsigned().notNullable()
  table.primary(['viewer_id', 'title_id'])
  table.index(['title_id'], `ix_${name}_title`)
  table.foreign('title_id', `fk_${name}_title`).references('titles.id').onDelete('CASCADE')
}

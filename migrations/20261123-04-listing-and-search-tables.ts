import type { Knex } from 'knex'
import { createTables, dropTables, utcTime } from './support/tables.ts'

const tables = ['title_listings', 'search_terms', 'search_variants']

/**
 * What lists and searches read, derived from the title tables in the transaction that writes them.
 *
 * A listing places a title in one scope (`*`, `region:IN`, `genre:drama`, `country:FR`, `language:hi`), with one
 * unique ordering key per sort order: so every page of every scope in every order is one index range, whatever its
 * depth, on both dialects. In a region's scope a title has one row per window in which it may be shown.
 */
export async function up(db: Knex): Promise<void> {
  await createTables(db, tables, {
    title_listings(table) {
      table.string('scope', 48).collate('ascii_bin').notNullable()
      table.integer('title_id').unsigned().notNullable()
      utcTime(table, 'listed_from').notNullable()
      utcTime(table, 'listed_until').notNullable()
      table.string('title_key', 240).collate('utf8mb4_bin').notNullable()
      for (const order of numericOrders) table.bigInteger(`${order}_key`).notNullable()
      table.primary(['scope', 'title_id', 'listed_from', 'listed_until'])
      table.index(['title_id', 'scope'], 'ix_title_listings_title')
      for (const order of ['title', ...numericOrders]) {
        table.index(['scope', `${order}_key`], `ix_title_listings_by_${order}`)
      }
      table.foreign('title_id', 'fk_title_listings_title').references('titles.id').onDelete('CASCADE')
    },
    search_terms(table) {
      table.string('term', 64).collate('utf8mb4_bin').notNullable()
      table.integer('title_id').unsigned().notNullable()
      table.bigInteger('popularity_key').notNullable()
      table.primary(['term', 'title_id'])
      table.index(['term', 'popularity_key'], 'ix_search_terms_by_popularity')
      table.index(['title_id'], 'ix_search_terms_title')
      table.foreign('title_id', 'fk_search_terms_title').references('titles.id').onDelete('CASCADE')
    },
    // Every term of five letters or more under itself with each one letter left out: two words that are one
    // typing error apart share a variant (Garbe, SymSpell, 2012).
    search_variants(table) {
      table.string('variant', 64).collate('utf8mb4_bin').notNullable()
      table.string('term', 64).collate('utf8mb4_bin').notNullable()
      table.primary(['variant', 'term'])
    },
  })
}

const numericOrders = ['year', 'rating', 'votes', 'popularity', 'newest']

export async function down(db: Knex): Promise<void> {
  await dropTables(db, tables)
}

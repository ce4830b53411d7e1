import type { Knex } from 'knex'
import { dialectOf } from '@movieverse/service/dialect.ts'
import type { Range } from './filter.ts'
import type { WordMatch } from './listing-conditions.ts'

/** Limits the column to the terms by which a word may be found. */
export function whereWord(query: Knex.QueryBuilder, column: string, { terms, prefix }: WordMatch): void {
  if (terms.length > 0) void query.orWhereIn(column, terms)
  if (prefix !== null) void query.orWhere((range) => wherePrefix(range, column, prefix))
}

/** Limits the column to what begins with a prefix, itself too. */
export function wherePrefix(query: Knex.QueryBuilder, column: string, prefix: string): void {
  void query.where(column, '>=', prefix).where(column, '<', `${prefix}\u{10ffff}`)
}

/** Limits the column to a range; an unknown runtime is in none. */
export function whereRuntime(query: Knex.QueryBuilder, column: string, { min, max }: Range): void {
  if (min !== undefined) void query.where(column, '>=', min)
  if (max !== undefined) void query.where(column, '<=', max)
}

/** `title_listings as l`, read along the index of an order: in that order, so that nothing has to be sorted. */
export function listingsInOrder(db: Knex, keyColumn: string): Knex.Raw {
  return db.raw(readBy(db, 'title_listings as l', orderIndex(keyColumn)))
}

/** `title_listings` under an alias, looked up by the title: MySQL would rather read whole scopes for each. */
export function listingsOfTitle(db: Knex, alias: string): string {
  return readBy(db, `title_listings as ${alias}`, 'ix_title_listings_title')
}

/** `search_terms` under an alias, looked up by the title. */
export function termsOfTitle(db: Knex, alias: string): string {
  return readBy(db, `search_terms as ${alias}`, 'ix_search_terms_title')
}

/** `search_terms as l`, the titles of each term in the order of popularity. */
export function termsByPopularity(db: Knex): Knex.Raw {
  return db.raw(readBy(db, 'search_terms as l', 'ix_search_terms_by_popularity'))
}

function readBy(db: Knex, table: string, index: string): string {
  return dialectOf(db) === 'mysql' ? `${table} force index (${index})` : `${table} indexed by ${index}`
}

/** The index of title_listings that holds an order's key. */
export function orderIndex(keyColumn: string): string {
  return `ix_title_listings_by_${keyColumn.replace(/_key$/, '')}`
}

/** The dialect's words for a join whose table is read after those before it. */
export function nextJoin(db: Knex): string {
  return dialectOf(db) === 'mysql' ? 'straight_join' : 'cross join'
}

/** Joins a table that is read after those before it. */
export function joinNext(db: Knex, query: Knex.QueryBuilder, table: string, on: string): Knex.QueryBuilder {
  return query.joinRaw(`${nextJoin(db)} ${table} on ${on}`)
}

/** The rows of a statement that is given as text. */
export async function readRaw<Row>(db: Knex, sql: string, bindings: readonly (string | number)[]): Promise<Row[]> {
  const result = await db.raw(sql, bindings)
  return dialectOf(db) === 'mysql' ? result[0] : result
}

/** Keeps the rows for which the lookup finds something, or nothing. */
export function whereFound(query: Knex.QueryBuilder, found: boolean, lookup: Knex.QueryBuilder): void {
  // A scalar subquery rather than EXISTS: MySQL turns EXISTS into a join of its own order, and sorts the result.
  void query.whereRaw(`? is ${found ? 'not null' : 'null'}`, [lookup.limit(1)])
}

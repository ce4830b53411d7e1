import type { Knex } from 'knex'
import { toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Conditions, WordMatch } from './listing-conditions.ts'
import { everyTitle } from './listing-scopes.ts'
import { rowsOf, type Source } from './listing-sources.ts'
import {
  joinNext,
  listingsInOrder,
  listingsOfTitle,
  termsByPopularity,
  termsOfTitle,
  whereFound,
  whereRuntime,
  whereWord,
} from './listing-sql.ts'
import type { KeyRange } from './sort-keys.ts'
import { titleColumns } from '../title-columns.ts'

/** What is read of a list, and from which source. */
export interface Listing {
  readonly conditions: Conditions
  readonly source: Source
  readonly now: Date
}

/** The order of a list and the part of it that is read; keys bound it on both sides, exclusively. */
export interface OrderedSlice {
  readonly keyColumn: string
  readonly descending: boolean
  readonly above?: string | number | null
  readonly below?: string | number | null
  readonly limit: number
}

/**
 * The titles of a slice in order, each with its `cursorKey`. From a scope the order's index is walked and nothing is
 * sorted; from any other source the matches are collected and sorted first.
 */
export function selectTitles(db: Knex, listing: Listing, slice: OrderedSlice): Knex.QueryBuilder {
  if (listing.source.kind === 'scope') {
    const walked = inOrder(matchesOf(db, listing, slice.keyColumn), slice)
    const joined = listing.conditions.runtimeMinutes ? walked : joinNext(db, walked, 'titles as t', 't.id = l.title_id')
    return joined.select(titleColumns).select(`l.${slice.keyColumn} as cursorKey`)
  }
  const matches = selectMatches(db, listing, slice).as('matches')
  return joinNext(db, db.from(matches), 'titles as t', 't.id = matches.title_id')
    .select(titleColumns)
    .select('matches.cursor_key as cursorKey')
    .orderBy('matches.cursor_key', slice.descending ? 'desc' : 'asc')
}

/**
 * The `title_id` and `cursor_key` of a slice. Where a word's matches are wanted in the order of popularity, they are
 * read from the terms alone, which hold that key.
 */
export function selectMatches(db: Knex, listing: Listing, slice: OrderedSlice): Knex.QueryBuilder {
  const { source } = listing
  const isByPopularity = source.kind === 'word' && slice.keyColumn === 'popularity_key'
  return isByPopularity ? selectByPopularity(db, listing, source.word, slice) : selectKeys(db, listing, slice)
}

/** The `title_id` and `cursor_key` of a slice, from `title_listings as l`, of which more columns may be selected. */
export function selectKeys(db: Knex, listing: Listing, slice: OrderedSlice): Knex.QueryBuilder {
  const hint = listing.source.kind === 'scope' ? slice.keyColumn : null
  return inOrder(matchesOf(db, listing, hint), slice).select(
    'l.title_id as title_id',
    `l.${slice.keyColumn} as cursor_key`,
  )
}

/**
 * Every match once, as `title_listings as l`, without columns or order; `keyColumn` names the order along whose index
 * a scope is read. `titles as t` is joined where a condition needs it.
 */
export function matchesOf(db: Knex, listing: Listing, keyColumn: string | null = null): Knex.QueryBuilder {
  const query = fromSource(db, listing, keyColumn)
  whereKeys(query, 'l', listing.conditions.keyRanges)
  return whereMatching(db, query, listing)
}

/** Limits rows that have an `l.title_id` to the matches; what the source or the keys of `l` assure is left out. */
function whereMatching(db: Knex, query: Knex.QueryBuilder, listing: Listing): Knex.QueryBuilder {
  const { runtimeMinutes } = listing.conditions
  if (runtimeMinutes) void joinNext(db, query, 'titles as t', 't.id = l.title_id')
  whereListed(db, query, listing)
  if (runtimeMinutes) whereRuntime(query, 't.runtime_minutes', runtimeMinutes)
  return query
}

function whereKeys(query: Knex.QueryBuilder, alias: string, ranges: readonly KeyRange[]): void {
  for (const { column, from, until } of ranges) {
    void query.where(`${alias}.${column}`, '>=', from).where(`${alias}.${column}`, '<', until)
  }
}

/** Limits listings to those that hold at a moment; only the scopes of regions have windows that end. */
export function whereCurrent(query: Knex.QueryBuilder, alias: string, now: Date): void {
  const time = toSqlTime(now)
  void query.where(`${alias}.listed_from`, '<=', time).where(`${alias}.listed_until`, '>', time)
}

/** Each term is walked in order until the slice is full; the titles of a prefix are collected and sorted. */
function selectByPopularity(db: Knex, listing: Listing, word: WordMatch, slice: OrderedSlice): Knex.QueryBuilder {
  const select = (terms: Knex.QueryBuilder): Knex.QueryBuilder => {
    whereListedWithin(db, terms, listing.conditions.keyRanges)
    return inOrder(whereMatching(db, terms, listing), slice).select('l.title_id', 'l.popularity_key as cursor_key')
  }
  if (word.prefix !== null) {
    const titles = rowsOf(db, { kind: 'word', word }).distinct('title_id', 'popularity_key')
    return select(db.from(titles.as('l')))
  }
  const walks = word.terms.map((term) => select(db.from(termsByPopularity(db)).where('l.term', term)))
  if (walks.length === 1 && walks[0]) return walks[0]
  const union = db.union(walks.map((walk) => db.from(walk.as('walk')).select('title_id', 'cursor_key')))
  return db
    .from(union.as('walks'))
    .select('title_id', 'cursor_key')
    .orderBy('cursor_key', slice.descending ? 'desc' : 'asc')
    .limit(slice.limit)
}

function fromSource(db: Knex, { source, now }: Listing, keyColumn: string | null): Knex.QueryBuilder {
  if (source.kind === 'scope') {
    const query = db.from(keyColumn === null ? 'title_listings as l' : listingsInOrder(db, keyColumn))
    void query.where('l.scope', source.scope)
    if (isRegion(source.scope)) whereCurrent(query, 'l', now)
    return query
  }
  if (source.kind === 'range') return db.from('title_listings as l').where('l.scope', everyTitle)
  const idColumn = source.kind === 'named' || source.kind === 'runtime' ? 'id as title_id' : 'title_id'
  const distinct = rowsOf(db, source).distinct(idColumn).as('source')
  const on = 'l.title_id = source.title_id'
  return joinNext(db, db.from(distinct), listingsOfTitle(db, 'l'), on).where('l.scope', everyTitle)
}

/** The same as whereKeys for rows that have no keys of their own. */
function whereListedWithin(db: Knex, query: Knex.QueryBuilder, ranges: readonly KeyRange[]): void {
  if (ranges.length === 0) return
  const lookup = lookUp(db, listingsOfTitle(db, 'x'), 'x').where('x.scope', everyTitle)
  whereKeys(lookup, 'x', ranges)
  whereFound(query, true, lookup)
}

function lookUp(db: Knex, table: string, alias: string): Knex.QueryBuilder {
  return db.from(db.raw(table)).select(db.raw('1')).whereRaw(`${alias}.title_id = l.title_id`)
}

function whereListed(db: Knex, query: Knex.QueryBuilder, { conditions, source, now }: Listing): void {
  const listedIn = (scopes: readonly string[]): Knex.QueryBuilder => {
    const lookup = lookUp(db, listingsOfTitle(db, 'x'), 'x')
    void (scopes.length === 1 ? lookup.where('x.scope', scopes[0]) : lookup.whereIn('x.scope', scopes))
    if (scopes.some(isRegion)) whereCurrent(lookup, 'x', now)
    return lookup
  }
  for (const scope of conditions.every) {
    const isKnown = scope === everyTitle || (source.kind === 'scope' && source.scope === scope)
    if (!isKnown) whereFound(query, true, listedIn([scope]))
  }
  for (const scopes of conditions.some) {
    const isKnown = source.kind === 'scopes' && source.scopes === scopes && !scopes.some(isRegion)
    if (!isKnown) whereFound(query, true, listedIn(scopes))
  }
  if (conditions.none.length > 0) whereFound(query, false, listedIn(conditions.none))
  for (const word of conditions.words) {
    if (source.kind === 'word' && source.word === word) continue
    const lookup = lookUp(db, termsOfTitle(db, 's'), 's')
    whereFound(
      query,
      true,
      lookup.where((terms) => whereWord(terms, 's.term', word)),
    )
  }
}

function inOrder(
  query: Knex.QueryBuilder,
  { keyColumn, descending, above, below, limit }: OrderedSlice,
): Knex.QueryBuilder {
  const column = `l.${keyColumn}`
  if (above !== null && above !== undefined) void query.where(column, '>', above)
  if (below !== null && below !== undefined) void query.where(column, '<', below)
  return query.orderBy(column, descending ? 'desc' : 'asc').limit(limit)
}

function isRegion(scope: string): boolean {
  return scope.startsWith('region:')
}

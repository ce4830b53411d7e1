import type { Knex } from 'knex'
import { toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Conditions } from './listing-conditions.ts'
import { everyTitle } from './listing-scopes.ts'
import { rowsOf, type Source } from './listing-sources.ts'
import {
  joinNext,
  listingsInOrder,
  listingsOfTitle,
  termsOfTitle,
  whereFound,
  whereRuntime,
  whereWord,
} from './listing-sql.ts'
import { titleColumns } from './title-columns.ts'

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
  const matches = selectKeys(db, listing, slice).as('matches')
  return joinNext(db, db.from(matches), 'titles as t', 't.id = matches.title_id')
    .select(titleColumns)
    .select('matches.cursor_key as cursorKey')
    .orderBy('matches.cursor_key', slice.descending ? 'desc' : 'asc')
}

/** The `title_id` and `cursor_key` of a slice. */
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
  const { conditions } = listing
  const { runtimeMinutes } = conditions
  if (runtimeMinutes) void joinNext(db, query, 'titles as t', 't.id = l.title_id')
  for (const { column, from, until } of conditions.keyRanges) {
    void query.where(`l.${column}`, '>=', from).where(`l.${column}`, '<', until)
  }
  whereListed(db, query, listing)
  if (runtimeMinutes) whereRuntime(query, 't.runtime_minutes', runtimeMinutes)
  return query
}

/** Limits listings to those that hold at a moment; only the scopes of regions have windows that end. */
export function whereCurrent(query: Knex.QueryBuilder, alias: string, now: Date): void {
  const time = toSqlTime(now)
  void query.where(`${alias}.listed_from`, '<=', time).where(`${alias}.listed_until`, '>', time)
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

function whereListed(db: Knex, query: Knex.QueryBuilder, { conditions, source, now }: Listing): void {
  const listedIn = (scopes: readonly string[]): Knex.QueryBuilder => {
    const lookup = db
      .from(db.raw(listingsOfTitle(db, 'x')))
      .select(db.raw('1'))
      .whereRaw('x.title_id = l.title_id')
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
    const lookup = db
      .from(db.raw(termsOfTitle(db, 's')))
      .select(db.raw('1'))
      .whereRaw('s.title_id = l.title_id')
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

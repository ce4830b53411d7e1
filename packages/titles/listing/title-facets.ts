import type { Knex } from 'knex'
import { findRegion } from '@movieverse/regions/regions.ts'
import { selectKeys, whereCurrent } from './listing-query.ts'
import { everyTitle, scopes } from './listing-scopes.ts'
import type { SourceChooser } from './listing-sources.ts'
import { joinNext, listingsOfTitle } from './listing-sql.ts'
import { yearKeyShift } from './sort-keys.ts'
import { runLimited } from './statement-limit.ts'
import { readConditions } from './title-pages.ts'
import {
  countCeiling,
  type FacetCount,
  type FacetName,
  type TitleFacets,
  type TitleFacetsQuery,
} from './title-queries.ts'

const facetScopes = {
  genres: scopes.genre(''),
  countries: scopes.country(''),
  languages: scopes.language(''),
  regions: scopes.region(''),
} as const satisfies Partial<Record<FacetName, string>>

/** Matches of one scope; of the scope of every title, those of one year. `beyond` is 1 for the title too many. */
interface ScopeCount {
  readonly scope: string
  readonly year: number
  readonly beyond: number
  readonly count: number
  readonly label: string | null
}

/** The facets of a filter, in one statement: each match stands in one listing per value. */
export async function countTitleFacets(
  db: Knex,
  sources: SourceChooser,
  query: TitleFacetsQuery,
): Promise<TitleFacets> {
  const { facets, now = new Date() } = query
  const conditions = await readConditions(db, query)
  const limit = countCeiling + 1
  const source = await sources.choose(conditions, { limit, readsTerms: false })
  const slice = { keyColumn: 'popularity_key', descending: true, limit }
  const matches = selectKeys(db, { conditions, source, now }, slice).select('l.year_key as year_key')
  const rows = await runLimited<ScopeCount>(db, withLabels(db, countScopes(db, matches, facets, now)))
  const counted = rows.filter((row) => row.beyond === 0)
  return {
    ...Object.fromEntries(facets.map((facet) => [facet, facetOf(facet, counted)])),
    isComplete: counted.length === rows.length,
  }
}

function countScopes(db: Knex, matches: Knex.QueryBuilder, facets: readonly FacetName[], now: Date): Knex.QueryBuilder {
  const ranked = db
    .from(matches.as('matches'))
    .select('title_id', 'year_key')
    .select(db.raw('row_number() over (order by cursor_key desc) as place'))
    .as('ranked')
  return joinNext(db, db.from(ranked), listingsOfTitle(db, 'x'), 'x.title_id = ranked.title_id')
    .select('x.scope as scope')
    .select(db.raw(`case when x.scope = '${everyTitle}' then ranked.year_key >> ${yearKeyShift} else 0 end as year`))
    .select(db.raw(`case when ranked.place > ${countCeiling} then 1 else 0 end as beyond`))
    .count('* as count')
    .where((wanted) => whereFacets(wanted, facets))
    .where((listed) => whereListedNow(listed, now))
    .groupBy('scope', 'year', 'beyond')
}

/** Only regions' listings have windows: the others are counted from the index alone. */
function whereListedNow(query: Knex.QueryBuilder, now: Date): void {
  void query
    .whereNotBetween('x.scope', prefixRange(facetScopes.regions))
    .orWhere((current) => whereCurrent(current, 'x', now))
}

function whereFacets(query: Knex.QueryBuilder, facets: readonly FacetName[]): void {
  void query.where('x.scope', everyTitle)
  for (const facet of facets) {
    if (facet !== 'years') void query.orWhereBetween('x.scope', prefixRange(facetScopes[facet]))
  }
}

/** The scopes that start with a prefix: the next character after its colon ends them. */
function prefixRange(prefix: string): [string, string] {
  return [prefix, prefix.replace(':', ';')]
}

function withLabels(db: Knex, counts: Knex.QueryBuilder): Knex.QueryBuilder {
  const query = db.from(counts.as('f')).select('f.scope', 'f.year', 'f.beyond', 'f.count')
  const tables = { genres: facetScopes.genres, countries: facetScopes.countries, languages: facetScopes.languages }
  for (const [table, prefix] of Object.entries(tables)) {
    const on = `${table}.code = substr(f.scope, ${prefix.length + 1}) and substr(f.scope, 1, ${prefix.length}) = '${prefix}'`
    void query.joinRaw(`left join ${table} on ${on}`)
  }
  return query.select(db.raw('coalesce(genres.name, countries.name, languages.name) as label'))
}

function facetOf(facet: FacetName, rows: readonly ScopeCount[]): FacetCount[] {
  const counts = facet === 'years' ? rows.flatMap(toYear) : rows.flatMap((row) => toValue(facetScopes[facet], row))
  return counts.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

function toYear({ scope, year, count }: ScopeCount): FacetCount[] {
  return scope === everyTitle && year > 0 ? [{ value: String(year), label: String(year), count }] : []
}

function toValue(prefix: string, { scope, label, count }: ScopeCount): FacetCount[] {
  if (!scope.startsWith(prefix)) return []
  const value = scope.slice(prefix.length)
  return [{ value, label: label ?? findRegion(value)?.label ?? value, count }]
}

import type { Knex } from 'knex'
import { scopes } from './listing/listing-scopes.ts'
import { whereCurrent } from './listing/listing-query.ts'
import { createSourceChooser } from './listing/listing-sources.ts'
import { nextJoin, readRaw } from './listing/listing-sql.ts'
import { groupInOrderOf, inOrderOf } from './ordering.ts'
import type { Page, PageArguments } from './paging/page.ts'
import type { CountryRow, GenreRow, LanguageRow, TitleRow } from './rows.ts'
import { titleColumns } from './title-columns.ts'
import { countTitleFacets } from './listing/title-facets.ts'
import { countTitles, listPersonPage, listTitlePage } from './listing/title-pages.ts'
import type { TitleCount, TitleFacets, TitleFacetsQuery, TitlePageQuery, TitlesQuery } from './listing/title-queries.ts'

/**
 * Reads titles. Each method is one statement, not counting the look-up of a text's words in the vocabulary and, once
 * a minute, the sizes by which a combined filter decides where to begin.
 */
export interface TitlesRepository {
  /** A page of the list; its cursors are good for the same scope, order and filter only. */
  listPage(query: TitlePageQuery): Promise<Page<TitleRow>>
  /** The titles that a person is credited on, most popular first. */
  listByPerson(personId: number, page: PageArguments): Promise<Page<TitleRow>>
  /** How many titles match: exactly for a scope alone, up to 10,000 for a combined filter. */
  countMatches(query: TitlesQuery): Promise<TitleCount>
  /** How many matches have each genre, country, language, region or year, of the 10,000 most popular at most. */
  countFacets(query: TitleFacetsQuery): Promise<TitleFacets>
  findByIds(ids: readonly number[]): Promise<Array<TitleRow | null>>
  findByImdbIds(imdbIds: readonly string[]): Promise<Array<TitleRow | null>>
  /** The title, where it may be watched in the region now. */
  findAvailable(regionCode: string, id: number, now?: Date): Promise<TitleRow | null>
  /** Producing countries of each title in source order. */
  listCountries(titleIds: readonly number[]): Promise<CountryRow[][]>
  /** Spoken languages of each title in source order. */
  listLanguages(titleIds: readonly number[]): Promise<LanguageRow[][]>
  listGenres(titleIds: readonly number[]): Promise<GenreRow[][]>
}

export function createTitlesRepository(db: Knex): TitlesRepository {
  const sources = createSourceChooser(db)
  return {
    listPage: (query) => listTitlePage(db, sources, query),
    listByPerson: (personId, page) => listPersonPage(db, sources, personId, page),
    countMatches: (query) => countTitles(db, sources, query),
    countFacets: (query) => countTitleFacets(db, sources, query),

    async findByIds(ids) {
      const rows: TitleRow[] = await db('titles as t')
        .select(titleColumns)
        .whereIn('t.id', [...new Set(ids)])
      return inOrderOf(ids, rows, (row) => row.id)
    },

    async findByImdbIds(imdbIds) {
      const rows: TitleRow[] = await db('titles as t')
        .select(titleColumns)
        .whereIn('t.imdb_id', [...new Set(imdbIds)])
      return inOrderOf(imdbIds, rows, (row) => row.imdbId)
    },

    async findAvailable(regionCode, id, now = new Date()) {
      const query = db('title_listings as l').join('titles as t', 't.id', 'l.title_id').select(titleColumns)
      whereCurrent(query, 'l', now)
      const row: TitleRow | undefined = await query
        .where({ 'l.scope': scopes.region(regionCode), 'l.title_id': id })
        .first()
      return row ?? null
    },

    listCountries: (titleIds) => listNamed(db, titleIds, 'title_countries', 'countries', 'country_code'),
    listLanguages: (titleIds) => listNamed(db, titleIds, 'title_languages', 'languages', 'language_code'),
    listGenres: (titleIds) => listNamed(db, titleIds, 'title_genres', 'genres', 'genre_code'),
  }
}

interface Named {
  readonly code: string
  readonly name: string
}

async function listNamed(
  db: Knex,
  titleIds: readonly number[],
  link: string,
  table: string,
  codeColumn: string,
): Promise<Named[][]> {
  if (titleIds.length === 0) return []
  const ids = [...new Set(titleIds)]
  // As text: every list page reads three of these, and building them cost as much as reading their rows.
  const rows = await readRaw<Named & { titleId: number }>(
    db,
    `select link.title_id as titleId, named.code as code, named.name as name
from ${link} as link
${nextJoin(db)} ${table} as named on named.code = link.${codeColumn}
where link.title_id in (${ids.map(() => '?').join(', ')})
order by link.title_id asc, link.position asc, named.code asc`,
    ids,
  )
  const groups = groupInOrderOf(titleIds, rows, (row) => row.titleId)
  return groups.map((group) => group.map(({ code, name }) => ({ code, name })))
}

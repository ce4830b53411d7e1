import type { TitleFilter } from './filter.ts'
import type { PageArguments } from '../paging/page.ts'
import type { TitleOrder } from './sort-keys.ts'

/** Titles of a scope that pass a filter, as available at a moment. */
export interface TitlesQuery {
  readonly filter: TitleFilter
  /** One of listing-scopes.ts; every title where it is missing. */
  readonly scope?: string | undefined
  /** When regions' windows are judged; the present where it is missing. */
  readonly now?: Date | undefined
}

export interface TitlePageQuery extends TitlesQuery {
  readonly orderBy: TitleOrder
  readonly page: PageArguments
}

export interface TitleCount {
  readonly count: number
  /** False where the count stopped at the ceiling. */
  readonly isExact: boolean
}

export type FacetName = 'genres' | 'countries' | 'languages' | 'regions' | 'years'

export interface TitleFacetsQuery extends TitlesQuery {
  readonly facets: readonly FacetName[]
}

export interface FacetCount {
  /** What a filter takes: `sci-fi`, `IN`, `2019`. */
  readonly value: string
  /** What a reader sees: `Sci-Fi`, `India`. */
  readonly label: string
  readonly count: number
}

/** Only the facets that were asked for are there; each has the largest count first, then the smaller value. */
export type TitleFacets = { readonly [Name in FacetName]?: FacetCount[] } & {
  /** False where more titles match than are counted; then the most popular of them are. */
  readonly isComplete: boolean
}

/** Combined filters are counted up to this many titles; the facets count this many of the most popular. */
export const countCeiling = 10_000

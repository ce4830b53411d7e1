import { always, everyTitle, scopes } from './listing-scopes.ts'
import type { SortKeys } from './sort-keys.ts'

/** When a title may be shown, as stored times; `until` is exclusive, null is for good. */
export interface ListingWindow {
  readonly from: string
  readonly until: string | null
}

/** A window in one region. */
export interface RegionWindow extends ListingWindow {
  readonly regionCode: string
}

/** A row of title_listings. */
export interface ListingRow extends SortKeys {
  readonly scope: string
  readonly title_id: number
  readonly listed_from: string
  readonly listed_until: string
}

export const listingColumns = [
  'scope',
  'title_id',
  'listed_from',
  'listed_until',
  'title_key',
  'year_key',
  'rating_key',
  'votes_key',
  'popularity_key',
  'newest_key',
] as const satisfies ReadonlyArray<keyof ListingRow>

/** The lists outside of regions that a title stands in, each for good. */
export interface ListedFacts {
  readonly countries: readonly string[]
  readonly languages: readonly string[]
  readonly genres: readonly string[]
}

/** Rows of the scopes that hold a title whatever the time: all titles, its genres, countries and languages. */
export function lastingRowsOf(titleId: number, keys: SortKeys, facts: ListedFacts): ListingRow[] {
  const names = [
    everyTitle,
    ...facts.genres.map(scopes.genre),
    ...facts.countries.map(scopes.country),
    ...facts.languages.map(scopes.language),
  ]
  return names.map((scope) => ({
    scope,
    title_id: titleId,
    listed_from: always.from,
    listed_until: always.until,
    ...keys,
  }))
}

/** Rows of the regions' scopes: in each one per stretch of time in which any of its windows is open. */
export function regionRowsOf(titleId: number, keys: SortKeys, windows: readonly RegionWindow[]): ListingRow[] {
  return [...Map.groupBy(windows, (window) => window.regionCode)].flatMap(([regionCode, open]) =>
    mergeWindows(open).map(({ from, until }) => ({
      scope: scopes.region(regionCode),
      title_id: titleId,
      listed_from: from,
      listed_until: until ?? always.until,
      ...keys,
    })),
  )
}

/** The same time as disjoint windows in order: windows that overlap or touch become one. */
export function mergeWindows(windows: readonly ListingWindow[]): ListingWindow[] {
  const merged: ListingWindow[] = []
  for (const window of windows.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const last = merged.at(-1)
    if (!last || (last.until !== null && last.until < window.from)) merged.push(window)
    else merged[merged.length - 1] = { from: last.from, until: laterOf(last.until, window.until) }
  }
  return merged
}

function laterOf(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return null
  return a > b ? a : b
}

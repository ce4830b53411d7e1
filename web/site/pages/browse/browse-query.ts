import type { MovieFilter, MovieOrder } from '../../api/generated/operations.ts'

export const sorts = ['popularity', 'title', 'year', 'rating', 'votes', 'newest'] as const
export type Sort = (typeof sorts)[number]
export const views = ['cards', 'list'] as const
export type View = (typeof views)[number]

/** What the URL of a list says; what it says wrongly is as if it were not there. */
export interface BrowseQuery {
  readonly view: View
  readonly sort: Sort
  readonly text: string
  readonly genres: readonly string[]
  readonly countries: readonly string[]
  readonly languages: readonly string[]
  readonly from: number | null
  readonly to: number | null
  /** The least average rating. */
  readonly rating: number | null
  readonly after: string | null
  readonly before: string | null
}

/** Values of one filter, at most. */
const maxValues = 20

export function readBrowseQuery(query: URLSearchParams): BrowseQuery {
  return {
    view: views.find((view) => view === query.get('view')) ?? 'cards',
    sort: sorts.find((sort) => sort === query.get('sort')) ?? 'popularity',
    text: (query.get('q') ?? '').trim().slice(0, 100),
    // Codes of genres are in lower case, and people write them as they like.
    genres: valuesOf(query, 'genre', /^[\w -]{1,40}$/i, (genre) => genre.toLowerCase()),
    countries: valuesOf(query, 'country', /^[A-Z]{2,4}$/),
    languages: valuesOf(query, 'language', /^[a-z]{2,3}$/),
    from: numberOf(query.get('from'), 1870, 2200),
    to: numberOf(query.get('to'), 1870, 2200),
    rating: numberOf(query.get('rating'), 0, 10),
    after: cursorOf(query.get('after')),
    before: cursorOf(query.get('before')),
  }
}

/** The same as a query string, without what goes without saying; `?` in front where there is anything. */
export function browseSearch(query: Partial<BrowseQuery>): string {
  const { view, sort, text, genres = [], countries = [], languages = [], from, to, rating, after, before } = query
  const search = new URLSearchParams()
  if (view && view !== 'cards') search.set('view', view)
  if (sort && sort !== 'popularity') search.set('sort', sort)
  if (text) search.set('q', text)
  for (const genre of genres) search.append('genre', genre)
  for (const country of countries) search.append('country', country)
  for (const language of languages) search.append('language', language)
  for (const [name, value] of Object.entries({ from, to, rating, after, before }))
    if (value !== null && value !== undefined) search.set(name, String(value))
  const written = search.toString()
  return written === '' ? '' : `?${written}`
}

export function filterOf({ text, genres, countries, languages, from, to, rating }: BrowseQuery): MovieFilter {
  return {
    ...(text !== '' && { text }),
    ...(genres.length > 0 && { genres: { all: genres } }),
    ...(countries.length > 0 && { originIn: countries }),
    ...(languages.length > 0 && { languages }),
    ...((from !== null || to !== null) && { year: { min: from, max: to } }),
    ...(rating !== null && { rating: { min: rating } }),
  }
}

export function orderOf({ sort }: BrowseQuery): MovieOrder {
  // `as`: the sorts are the orders of the schema in lower case.
  return sort.toUpperCase() as MovieOrder
}

/** How many filters are set. */
export function filterCount({ genres, countries, languages, from, to, rating }: BrowseQuery): number {
  return genres.length + countries.length + languages.length + [from, to, rating].filter((each) => each !== null).length
}

function valuesOf(
  query: URLSearchParams,
  name: string,
  form: RegExp,
  change: (value: string) => string = (value) => value,
): string[] {
  return [...new Set(query.getAll(name).map(change))].filter((value) => form.test(value)).slice(0, maxValues)
}

function numberOf(text: string | null, min: number, max: number): number | null {
  if (text === null || !/^\d{1,4}(\.\d)?$/.test(text)) return null
  const value = Number(text)
  return value >= min && value <= max ? value : null
}

function cursorOf(text: string | null): string | null {
  return text !== null && text !== '' && text.length <= 1000 ? text : null
}

import type { TitleFilter } from '../listing/filter.ts'
import { fold } from '../search/folding.ts'
import { compareRanks, rankOf } from '../search/search-ranking.ts'
import { searchCeiling } from '../search/search.repository.ts'
import { sortColumns, type TitleOrder } from '../listing/sort-keys.ts'
import type { FacetName } from '../listing/title-queries.ts'
import { keysOf } from './generated-catalogue.ts'
import { testCountries, testGenres, testLanguages, testRegions, type TestTitle } from './generated-titles.ts'

interface BruteForceQuery {
  readonly filter: TitleFilter
  readonly scope?: string | undefined
  readonly orderBy: TitleOrder
  readonly now: Date
}

/** The ids of the titles that pass, in order: decided title by title, without SQL, listings or search tables. */
export function bruteForceList(
  titles: readonly TestTitle[],
  { filter, scope, orderBy, now }: BruteForceQuery,
): number[] {
  const passing = titles.filter((title) => passes(title, filter, now) && isInScope(title, scope, now))
  const { column, descending } = sortColumns[orderBy]
  const keys = new Map(passing.map((title) => [title, keysOf(title)[column]]))
  const sorted = passing.toSorted((a, b) => compare(keys.get(a) ?? '', keys.get(b) ?? ''))
  return (descending ? sorted.toReversed() : sorted).map((title) => title.id)
}

/** The ids that a search finds, best first: of each kind of match the 1,000 most popular are ranked. */
export function bruteForceSearch(
  titles: readonly TestTitle[],
  { text, filter, now }: { readonly text: string; readonly filter: TitleFilter; readonly now: Date },
): number[] {
  const words = fold(text).split(' ')
  const byId = new Map(titles.map((title) => [title.id, title]))
  const passing = bruteForceList(titles, { filter, orderBy: 'POPULARITY', now }).flatMap((id) => byId.get(id) ?? [])
  const kinds = [
    passing.filter((title) => fold(title.title) === words.join(' ')),
    passing.filter((title) => words.every((word) => heldWords(title).includes(word))),
    passing.filter((title) => holdsWords(title, text)),
  ]
  const candidates = [...new Set(kinds.flatMap((kind) => kind.slice(0, searchCeiling)))]
  const rankOfTitle = (title: TestTitle): readonly number[] => [
    ...rankOf(words, { sortTitle: fold(title.title), originalTitle: title.originalTitle }),
    -keysOf(title).popularity_key,
  ]
  return candidates
    .map((title) => ({ id: title.id, rank: rankOfTitle(title) }))
    .toSorted((a, b) => compareRanks(a.rank, b.rank))
    .slice(0, searchCeiling)
    .map(({ id }) => id)
}

/** Every facet of the titles with these ids. */
export function bruteForceFacets(
  titles: readonly TestTitle[],
  ids: readonly number[],
  now: Date,
): Record<FacetName, Array<{ value: string; label: string; count: number }>> {
  const matching = new Set(ids)
  const matches = titles.filter((title) => matching.has(title.id))
  const labels: Record<string, string> = { US: 'USA', IN: 'India', GB: 'UK' }
  const count = (value: string, label: string, has: (title: TestTitle) => boolean): FacetRow => {
    return { value, label, count: matches.filter(has).length }
  }
  const years = [...new Set(titles.flatMap((title) => title.releaseYear ?? []))]
  return {
    genres: ordered(testGenres.map((code) => count(code, `Genre ${code}`, (title) => title.genres.includes(code)))),
    countries: ordered(
      testCountries.map((code) => count(code, `Country ${code}`, (title) => title.countries.includes(code))),
    ),
    languages: ordered(
      testLanguages.map((code) => count(code, `Language ${code}`, (title) => title.languages.includes(code))),
    ),
    regions: ordered(
      testRegions.map((code) => count(code, labels[code] ?? '', (title) => isAvailable(title, code, now))),
    ),
    years: ordered(years.map((year) => count(`${year}`, `${year}`, (title) => title.releaseYear === year))),
  }
}

type FacetRow = { value: string; label: string; count: number }

function ordered(rows: FacetRow[]): FacetRow[] {
  return rows.filter((row) => row.count > 0).toSorted((a, b) => b.count - a.count || compare(a.value, b.value))
}

function passes(title: TestTitle, filter: TitleFilter, now: Date): boolean {
  const { countries, genres, languages } = title
  return [
    !filter.originIn || filter.originIn.some((code) => countries.includes(code)),
    !filter.originNotIn || filter.originNotIn.every((code) => !countries.includes(code)),
    !filter.originAll || filter.originAll.every((code) => countries.includes(code)),
    !filter.availableIn || filter.availableIn.some((code) => isAvailable(title, code, now)),
    !filter.genresAny || filter.genresAny.some((code) => genres.includes(code)),
    !filter.genresAll || filter.genresAll.every((code) => genres.includes(code)),
    !filter.genresNone || filter.genresNone.every((code) => !genres.includes(code)),
    !filter.languages || filter.languages.some((code) => languages.includes(code)),
    isWithin(title.releaseYear, filter.year),
    isWithin(title.runtimeMinutes, filter.runtimeMinutes),
    isWithin(title.averageRating, filter.rating),
    isWithin(title.votes, filter.votes),
    !filter.text || holdsWords(title, filter.text),
  ].every(Boolean)
}

function isInScope(title: TestTitle, scope: string | undefined, now: Date): boolean {
  const [kind, code = ''] = (scope ?? '*').split(':')
  if (kind === 'region') return isAvailable(title, code, now)
  if (kind === 'genre') return title.genres.includes(code)
  return kind === '*'
}

function isAvailable(title: TestTitle, region: string, now: Date): boolean {
  return title.windows.some(
    (window) =>
      window.region === region && Date.parse(`${window.from}Z`) <= +now && +now < Date.parse(`${window.until}Z`),
  )
}

function isWithin(
  value: number | null,
  range: { min?: number | undefined; max?: number | undefined } | undefined,
): boolean {
  if (!range) return true
  return value !== null && value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity)
}

function holdsWords(title: TestTitle, text: string): boolean {
  const held = heldWords(title)
  const words = fold(text).split(' ')
  return words.every((word, index) =>
    held.some(
      (term) => term === word || (index === words.length - 1 && term.startsWith(word)) || isForgiven(word, term),
    ),
  )
}

function heldWords(title: TestTitle): string[] {
  return `${fold(title.title)} ${fold(title.originalTitle ?? '')}`.split(' ')
}

function isForgiven(word: string, term: string): boolean {
  return term.length >= 5 && distance(word, term) === 1
}

/** Optimal string alignment distance by its textbook recurrence (Boytsov, 2011). */
export function distance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_unused, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  const at = (i: number, j: number): number => table[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity
      const row = table[i]
      if (row) row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost, swapped)
    }
  }
  return at(a.length, b.length)
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : Number(a > b)
}

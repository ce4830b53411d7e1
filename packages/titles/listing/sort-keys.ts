/** What a list of titles is ordered by; see movieOrder in the SDL for the direction of each. */
export type TitleOrder = 'TITLE' | 'YEAR' | 'RATING' | 'VOTES' | 'POPULARITY' | 'NEWEST'

/** The facts of a title that decide its place in each order. */
export interface SortFacts {
  readonly id: number
  readonly sortTitle: string
  readonly releaseYear: number | null
  readonly publishedOn: string | null
  readonly averageRating: number | null
  readonly votes: number | null
  readonly popularity: number
}

/** One unique key per order, as stored in title_listings; numbers stay below 2^53. */
export interface SortKeys {
  readonly title_key: string
  readonly year_key: number
  readonly rating_key: number
  readonly votes_key: number
  readonly popularity_key: number
  readonly newest_key: number
}

/** The column that holds each order's key, and whether its first page starts at the largest key. */
export const sortColumns = {
  TITLE: { column: 'title_key', descending: false },
  YEAR: { column: 'year_key', descending: true },
  RATING: { column: 'rating_key', descending: true },
  VOTES: { column: 'votes_key', descending: true },
  POPULARITY: { column: 'popularity_key', descending: true },
  NEWEST: { column: 'newest_key', descending: true },
} as const satisfies Record<TitleOrder, { column: keyof SortKeys; descending: boolean }>

const idBits = 26
const idSpace = 2 ** idBits
/** `year_key >> yearKeyShift` is the release year, 0 where it is unknown. */
export const yearKeyShift = idBits
const titleKeyLength = 200
const dayMs = 86_400_000

/**
 * The ordering keys of a title. Each holds the value in front and the id behind it, so every order is total, a page
 * boundary is one comparison on one indexed column, and an unknown value sorts last in descending order.
 */
export function sortKeysOf(facts: SortFacts): SortKeys {
  const { id } = facts
  if (id >= idSpace) throw new RangeError(`title ids above ${idSpace - 1} do not fit the ordering keys`)
  return {
    title_key: `${[...facts.sortTitle].slice(0, titleKeyLength).join('')}\t${id.toString(16).padStart(8, '0')}`,
    year_key: keyOf(facts.releaseYear === null ? 0 : facts.releaseYear, id),
    rating_key: keyOf(facts.averageRating === null ? 0 : Math.round(facts.averageRating * 10) + 1, id),
    votes_key: keyOf(facts.votes === null ? 0 : facts.votes + 1, id),
    popularity_key: keyOf(facts.popularity, id),
    newest_key: keyOf(facts.publishedOn === null ? 0 : dayNumber(facts.publishedOn), id),
  }
}

/** Equal values come in the order of their ids when read from the largest key down. */
function keyOf(value: number, id: number): number {
  return value * idSpace + (idSpace - 1 - id)
}

/** The whole stored values of a key column that a condition allows; see {@link keyRangeOf}. */
export interface KeyRange {
  readonly column: 'year_key' | 'rating_key' | 'votes_key'
  readonly from: number
  readonly until: number
}

/**
 * The keys `from <= key < until` of the titles whose year, rating or votes lie between both ends; an unknown value
 * lies in no range. Ratings are compared in tenths, as stored, without rounding an end: 7.31 starts at 7.4.
 */
export function keyRangeOf(column: KeyRange['column'], min: number | undefined, max: number | undefined): KeyRange {
  const scale = column === 'rating_key' ? 10 : 1
  const offset = column === 'year_key' ? 0 : 1
  const least = Math.max(min === undefined ? 0 : firstAtLeast(min, scale), 1 - offset)
  const most = max === undefined ? largestValue : lastAtMost(max, scale)
  const limited = (value: number): number => Math.min(Math.max(value, 0), largestValue)
  return { column, from: limited(least + offset) * idSpace, until: limited(most + offset + 1) * idSpace }
}

/** No year, rating or number of votes that SQL's INTEGER holds lies above it, and its key is below 2^53. */
const largestValue = 2 ** 27 - 1

/** The smallest whole n with n / scale >= bound; n / scale is what a reader sees. */
function firstAtLeast(bound: number, scale: number): number {
  const near = Math.ceil(bound * scale)
  return [near - 1, near, near + 1].find((n) => n / scale >= bound) ?? near
}

/** The largest whole n with n / scale <= bound. */
function lastAtMost(bound: number, scale: number): number {
  const near = Math.floor(bound * scale)
  return [near + 1, near, near - 1].find((n) => n / scale <= bound) ?? near
}

function dayNumber(date: string): number {
  return Math.floor((Date.parse(`${date}T00:00:00Z`) - Date.parse('0001-01-01T00:00:00Z')) / dayMs)
}

const priorRating = 6
const priorVotes = 500

/**
 * Popularity in points, a whole number from 0 to about 8,000: the Bayesian mean rating (500 votes of 6.0 as prior,
 * the weighted rating that IMDb describes for its charts) times the decimal logarithm of the votes, times 100.
 */
export function popularityOf(averageRating: number | null, votes: number | null): number {
  if (averageRating === null || votes === null) return 0
  const weighted = (votes * averageRating + priorVotes * priorRating) / (votes + priorVotes)
  return Math.round(weighted * Math.log10(1 + votes) * 100)
}

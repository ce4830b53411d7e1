import { findRegion } from '@movieverse/regions/regions.ts'
import { badUserInput, PublicError } from '@movieverse/service/errors.ts'

/** Both ends belong to the range; a missing end leaves it open. */
export interface Range {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** Conditions on titles, all of which hold together; a missing one or an empty list is no condition. */
export interface TitleFilter {
  /** Country codes, upper case. */
  readonly originIn?: readonly string[] | undefined
  readonly originNotIn?: readonly string[] | undefined
  readonly originAll?: readonly string[] | undefined
  /** Region codes as stored: `GB`, not `UK`. */
  readonly availableIn?: readonly string[] | undefined
  /** Genre codes, lower case. */
  readonly genresAny?: readonly string[] | undefined
  readonly genresAll?: readonly string[] | undefined
  readonly genresNone?: readonly string[] | undefined
  /** Language codes, lower case: spoken in at least one of them. */
  readonly languages?: readonly string[] | undefined
  readonly year?: Range | undefined
  readonly runtimeMinutes?: Range | undefined
  readonly rating?: Range | undefined
  readonly votes?: Range | undefined
  readonly text?: string | undefined
}

/** The parts of a filter, the same for the same filter in whatever order it was written: cursors are bound to them. */
export function partsOf(filter: TitleFilter): Array<[name: string, part: unknown]> {
  return Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

type List = readonly string[] | null | undefined
type RangeInput =
  | { readonly min?: number | null | undefined; readonly max?: number | null | undefined }
  | null
  | undefined

/** The MovieFilter of the SDL as a client sends it. */
export interface MovieFilterInput {
  readonly originIn?: List
  readonly originNotIn?: List
  readonly originAll?: List
  readonly availableIn?: List
  readonly genres?: { readonly any?: List; readonly all?: List; readonly none?: List } | null | undefined
  readonly languages?: List
  readonly year?: RangeInput
  readonly runtimeMinutes?: RangeInput
  readonly rating?: RangeInput
  readonly votes?: RangeInput
  readonly text?: string | null | undefined
}

export const longestFilterList = 50
export const longestSearchText = 200

/**
 * Checks a client's filter and brings it into its normal form: codes in their own case, each once, sorted, and no
 * condition that conditions nothing. Throws BAD_USER_INPUT or UNKNOWN_REGION naming the field.
 */
export function titleFilterOf(input: MovieFilterInput | null | undefined): TitleFilter {
  if (!input) return {}
  const { genres } = input
  return withoutGaps({
    originIn: codesOf('filter.originIn', input.originIn, countryCode),
    originNotIn: codesOf('filter.originNotIn', input.originNotIn, countryCode),
    originAll: codesOf('filter.originAll', input.originAll, countryCode),
    availableIn: codesOf('filter.availableIn', input.availableIn, regionCode),
    genresAny: codesOf('filter.genres.any', genres?.any, genreCode),
    genresAll: codesOf('filter.genres.all', genres?.all, genreCode),
    genresNone: codesOf('filter.genres.none', genres?.none, genreCode),
    languages: codesOf('filter.languages', input.languages, languageCode),
    year: rangeOf('filter.year', input.year),
    runtimeMinutes: rangeOf('filter.runtimeMinutes', input.runtimeMinutes),
    rating: rangeOf('filter.rating', input.rating),
    votes: rangeOf('filter.votes', input.votes),
    text: searchTextOf('filter.text', input.text),
  })
}

/** Checks a text to search for and trims it; undefined where there is nothing in it. Throws BAD_USER_INPUT. */
export function searchTextOf(field: string, text: string | null | undefined): string | undefined {
  if (text === null || text === undefined) return undefined
  if (text.length > longestSearchText) throw badUserInput(field, `must be at most ${longestSearchText} characters long`)
  if (text.includes('\0') || !text.isWellFormed())
    throw badUserInput(field, 'must be text without NUL or broken characters')
  return text.trim() || undefined
}

type CodeReader = (field: string, code: string) => string

const countryCode: CodeReader = (field, code) => shapedCode(field, code.toUpperCase(), /^[A-Z]{2,4}$/)
const languageCode: CodeReader = (field, code) => shapedCode(field, code.toLowerCase(), /^[a-z]{2,3}$/)
const genreCode: CodeReader = (field, code) => shapedCode(field, code.toLowerCase(), /^[a-z0-9][a-z0-9-]{0,31}$/)
const regionCode: CodeReader = (field, code) => {
  const region = findRegion(code)
  if (!region) throw new PublicError('UNKNOWN_REGION', `${field} names a region that does not exist`, { field })
  return region.code
}

function shapedCode(field: string, code: string, shape: RegExp): string {
  if (!shape.test(code)) throw badUserInput(field, 'holds something that is not a code')
  return code
}

function codesOf(field: string, codes: List, read: CodeReader): string[] | undefined {
  if (!codes || codes.length === 0) return undefined
  if (codes.length > longestFilterList) throw badUserInput(field, `must name at most ${longestFilterList} codes`)
  return [...new Set(codes.map((code) => read(field, code)))].toSorted()
}

function rangeOf(field: string, range: RangeInput): Range | undefined {
  const min = range?.min ?? undefined
  const max = range?.max ?? undefined
  if (min === undefined && max === undefined) return undefined
  if (![min, max].every((end) => end === undefined || Number.isFinite(end)))
    throw badUserInput(field, 'must hold numbers')
  if (min !== undefined && max !== undefined && min > max)
    throw badUserInput(field, 'must not have a min above its max')
  return withoutGaps({ min, max })
}

/** Leaves out what is undefined, so that equal filters are equal as JSON. */
function withoutGaps<T extends object>(value: T): T {
  // `as`: the same properties, only those that are undefined (and so optional) left out.
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T
}

import { parseCountryCode, parseLanguageCode, parseRegionCode } from '@movieverse/movies-graphql/codes.ts'
import { badUserInput, PublicError } from '@movieverse/service/errors.ts'
import { titleFilterOf, type TitleFilter } from '@movieverse/titles/listing/filter.ts'
import type { PageArguments } from '@movieverse/titles/paging/page.ts'
import { sortColumns, type TitleOrder } from '@movieverse/titles/listing/sort-keys.ts'

/** What a query string of `GET /movies` asks for. */
export interface MovieQuery {
  readonly filter: TitleFilter
  readonly orderBy: TitleOrder
  readonly page: PageArguments
}

const lists = {
  originIn: parseCountryCode,
  originNotIn: parseCountryCode,
  originAll: parseCountryCode,
  availableIn: parseRegionCode,
  languages: parseLanguageCode,
  genres: String,
  genresAll: String,
  genresNone: String,
}
const ranges = ['year', 'runtimeMinutes', 'rating', 'votes'] as const
const names = new Set([
  'first',
  'after',
  'last',
  'before',
  'orderBy',
  'text',
  ...Object.keys(lists),
  ...ranges.flatMap((range) => [`${range}Min`, `${range}Max`]),
])

/**
 * Reads `?first=20&orderBy=VOTES&genres=drama,comedy&yearMin=1990`: lists are separated by commas, an empty parameter
 * counts as missing. Throws a PublicError that names the parameter where one is unknown, repeated or wrong.
 */
export function movieQueryOf(parameters: Readonly<Record<string, unknown>>): MovieQuery {
  const given = new Map<string, string>()
  for (const [name, value] of Object.entries(parameters)) {
    if (!names.has(name)) throw badUserInput(name.slice(0, 32), 'is not a parameter here')
    if (typeof value !== 'string') throw badUserInput(name, 'is given twice')
    if (value !== '') given.set(name, value)
  }
  return { filter: filterOf(given), orderBy: orderOf(given.get('orderBy')), page: pageOf(given) }
}

function pageOf(given: ReadonlyMap<string, string>): PageArguments {
  return {
    first: numberOf(given, 'first'),
    after: given.get('after') ?? null,
    last: numberOf(given, 'last'),
    before: given.get('before') ?? null,
  }
}

function orderOf(text: string | undefined): TitleOrder {
  if (text === undefined) return 'TITLE'
  if (isOrder(text)) return text
  throw badUserInput('orderBy', `must be one of ${Object.keys(sortColumns).join(', ')}`)
}

function isOrder(text: string): text is TitleOrder {
  return Object.hasOwn(sortColumns, text)
}

function filterOf(given: ReadonlyMap<string, string>): TitleFilter {
  const list = (name: keyof typeof lists): string[] | null => listOf(given, name)
  const range = (name: (typeof ranges)[number]): { min: number | null; max: number | null } => ({
    min: numberOf(given, `${name}Min`),
    max: numberOf(given, `${name}Max`),
  })
  const input = {
    originIn: list('originIn'),
    originNotIn: list('originNotIn'),
    originAll: list('originAll'),
    availableIn: list('availableIn'),
    languages: list('languages'),
    genres: { any: list('genres'), all: list('genresAll'), none: list('genresNone') },
    year: range('year'),
    runtimeMinutes: range('runtimeMinutes'),
    rating: range('rating'),
    votes: range('votes'),
    text: given.get('text') ?? null,
  }
  try {
    return titleFilterOf(input)
  } catch (error) {
    throw withoutFilterPrefix(error)
  }
}

function listOf(given: ReadonlyMap<string, string>, name: keyof typeof lists): string[] | null {
  const parse = lists[name]
  try {
    return given.get(name)?.split(',').map(parse) ?? null
  } catch (error) {
    if (error instanceof PublicError) throw new PublicError(error.code, error.message, { field: name })
    throw error
  }
}

function numberOf(given: ReadonlyMap<string, string>, name: string): number | null {
  const text = given.get(name)
  if (text === undefined) return null
  if (/^-?\d{1,9}(\.\d{1,9})?$/.test(text)) return Number(text)
  throw badUserInput(name, 'is not a number')
}

/** Fields of a GraphQL filter whose parameter has another name. */
const renamed: Readonly<Record<string, string>> = {
  'genres.any': 'genres',
  'genres.all': 'genresAll',
  'genres.none': 'genresNone',
}

/** Parameters stand outside any `filter`, so an error names `year` where GraphQL's names `filter.year`. */
function withoutFilterPrefix(error: unknown): unknown {
  const field = error instanceof PublicError ? error.details.field : undefined
  if (!(error instanceof PublicError) || !field?.startsWith('filter.')) return error
  const inner = field.slice('filter.'.length)
  const name = renamed[inner] ?? inner
  return new PublicError(error.code, error.message.replace(field, name), { field: name })
}

import { films, findFilm, pageOf, similarTo, type Film } from './films.ts'
import { regionOffsets } from './fixtures.ts'

/** One of the queries that every gateway is asked. */
export interface GatewayQuery {
  readonly name: string
  /** How many calls of subgraphs it takes at best. */
  readonly fetches: number
  readonly query: string
  /** What differs from request to request. */
  readonly variables: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** The right answer's data, straight from the films. */
  readonly expected: (variables: Readonly<Record<string, unknown>>) => unknown
}

/**
 * Requests in flight differ, as those of different people do: a gateway that shares one upstream call among equal
 * requests (Hive) does no less work for a benchmark than for its users.
 */
const variants = Array.from({ length: 64 }, (_, index) => index)
const pages = variants.map((after) => ({ after }))

const part = <Name extends string>(film: Film, ...names: readonly Name[]): Record<Name, unknown> =>
  // Each name has been given a value.
  Object.fromEntries(names.map((name) => [name, film[name]])) as Record<Name, unknown>

const page = (variables: Readonly<Record<string, unknown>>, first: number, offset = 0): Film[] =>
  pageOf({ first, after: Number(variables.after) + offset })

const regionCodes = { india: 'IN', usa: 'US', uk: 'GB' } as const

function regionsOf(variables: Readonly<Record<string, unknown>>, first: number, ...names: readonly string[]): object {
  return Object.fromEntries(
    (['india', 'usa', 'uk'] as const).map((name) => {
      const movies = page(variables, first, regionOffsets[name]).map((film) => part(film, ...names))
      return [name, { code: regionCodes[name], name, movies }]
    }),
  )
}

function regionFields(first: number, fields: string): string {
  const selection = `{ code name movies(first: ${first}, after: $after) { ${fields} } }`
  return `india ${selection} usa ${selection} uk ${selection}`
}

const flatFields = ['id', 'title', 'releaseYear', 'runtimeMinutes', 'averageRating', 'votes']
const joinedFields = ['id', 'title', 'rating', 'onWatchlist', 'seen', 'score', 'reason']

/** A plain list of one subgraph, which the floor is measured with too. */
export const flatList: GatewayQuery = {
  name: 'flat list of 20',
  fetches: 1,
  query: `query Flat($after: Int!) { movies(first: 20, after: $after) { ${flatFields.join(' ')} } }`,
  variables: pages,
  expected: (variables) => ({ movies: page(variables, 20).map((film) => part(film, ...flatFields)) }),
}

export const queries: readonly GatewayQuery[] = [
  flatList,
  {
    name: '50 + entity join',
    fetches: 2,
    query: 'query Join($after: Int!) { movies(first: 50, after: $after) { id title releaseYear rating } }',
    variables: pages,
    expected: (variables) => ({
      movies: page(variables, 50).map((film) => part(film, 'id', 'title', 'releaseYear', 'rating')),
    }),
  },
  {
    name: 'movie + three regions + similar',
    fetches: 6,
    query: `query Movie($id: ID!, $after: Int!) {
      movie(id: $id) { id title releaseYear runtimeMinutes similar(first: 10) { id title releaseYear } }
      ${regionFields(10, 'id title')}
    }`,
    variables: variants.map((after) => ({ id: films[after]?.id, after })),
    expected: (variables) => {
      const film = findFilm(variables.id)
      return {
        movie: film && {
          ...part(film, 'id', 'title', 'releaseYear', 'runtimeMinutes'),
          similar: similarTo(film.id, 10).map((other) => part(other, 'id', 'title', 'releaseYear')),
        },
        ...regionsOf(variables, 10, 'id', 'title'),
      }
    },
  },
  {
    name: 'three regions side by side',
    fetches: 3,
    query: `query Regions($after: Int!) { ${regionFields(20, 'id title releaseYear')} }`,
    variables: pages,
    expected: (variables) => regionsOf(variables, 20, 'id', 'title', 'releaseYear'),
  },
  {
    name: '50 movies x 5 joined fields',
    fetches: 3,
    query: `query Joined($after: Int!) { movies(first: 50, after: $after) { ${joinedFields.join(' ')} } }`,
    variables: pages,
    expected: (variables) => ({ movies: page(variables, 50).map((film) => part(film, ...joinedFields)) }),
  },
]

/** The JSON bodies of a query's requests. */
export function bodiesOf({ query, variables }: GatewayQuery): string[] {
  return variables.map((values) => JSON.stringify({ query, variables: values }))
}

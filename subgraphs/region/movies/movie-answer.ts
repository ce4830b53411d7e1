import { labelOf } from '@movieverse/movies-graphql/label.ts'
import { toGlobalId } from '@movieverse/titles/global-id.ts'
import type { CountryRow, GenreRow, TitleRow } from '@movieverse/titles/rows.ts'

const text = { type: 'string' } as const
const textOrNull = { type: 'string', nullable: true } as const
const integerOrNull = { type: 'integer', nullable: true } as const
const codedName = { type: 'object', properties: { code: text, name: text } } as const

/** A title over REST; `label` is the display string, `Romania, Canada, USA-Teenage Space Vampires`. */
const movie = {
  type: 'object',
  properties: {
    id: text,
    imdbId: textOrNull,
    label: text,
    title: text,
    originalTitle: textOrNull,
    year: integerOrNull,
    publishedOn: textOrNull,
    runtimeMinutes: integerOrNull,
    productionCompany: textOrNull,
    averageRating: { type: 'number', nullable: true },
    votes: integerOrNull,
    popularity: { type: 'integer' },
    countries: { type: 'array', items: codedName },
    genres: { type: 'array', items: codedName },
  },
} as const

const pageInfo = {
  type: 'object',
  properties: {
    hasNextPage: { type: 'boolean' },
    hasPreviousPage: { type: 'boolean' },
    startCursor: textOrNull,
    endCursor: textOrNull,
  },
} as const

/** Compiled by Fastify into a serialiser; what is not named here is not sent. */
export const movieAnswer = { type: 'object', properties: { data: movie } } as const
export const movieListAnswer = {
  type: 'object',
  properties: { data: { type: 'array', items: movie }, pageInfo },
} as const

/** A title as the REST answers show it. */
export function movieAnswerOf(title: TitleRow, countries: readonly CountryRow[], genres: readonly GenreRow[]): object {
  return {
    ...title,
    id: toGlobalId('Movie', title.id),
    label: labelOf(title.title, countries),
    year: title.releaseYear,
    countries,
    genres,
  }
}

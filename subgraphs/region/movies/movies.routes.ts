import type { MoviesContext } from '@movieverse/movies-graphql/context.ts'
import { isImdbId, rowIdOf } from '@movieverse/movies-graphql/ids.ts'
import type { Region } from '@movieverse/regions/regions.ts'
import { PublicError } from '@movieverse/service/errors.ts'
import { scopes } from '@movieverse/titles/listing/listing-scopes.ts'
import type { TitleRow } from '@movieverse/titles/rows.ts'
import type { FastifyInstance } from 'fastify'
import { createAnswerCache } from './answer-cache.ts'
import { addHttpCaching } from './http-caching.ts'
import { movieAnswer, movieAnswerOf, movieListAnswer } from './movie-answer.ts'
import { movieQueryOf } from './movie-query.ts'
import { pageLinks } from './page-links.ts'

/**
 * Lists say themselves that they are good for a minute (http-caching.ts); the same list asked again within a few seconds
 * is not read again.
 */
const listLimits = { lifetimeMs: 5_000, capacity: 500 }

/** `GET /movies` and `GET /movies/:id` of a region, from the repositories that its GraphQL API reads. */
export async function registerMovieRoutes(
  app: FastifyInstance,
  region: Region,
  createContext: () => MoviesContext,
): Promise<void> {
  await app.register(async (routes) => {
    addHttpCaching(routes)
    const lists = createAnswerCache<{ link: string; body: string }>(listLimits)

    routes.get<{ Querystring: Record<string, unknown> }>(
      '/movies',
      { schema: { response: { 200: movieListAnswer } } },
      async (request, reply) => {
        const { link, body } = await lists(request.raw.url ?? '', async () => {
          const context = createContext()
          const list = { ...movieQueryOf(request.query), scope: scopes.region(region.code), now: context.now }
          const { edges, pageInfo } = await context.titles.listPage(list)
          const titles = edges.map(({ node }) => node)
          const data = await answersOf(titles, context)
          return {
            link: pageLinks(request.query, pageInfo),
            body: String(reply.serializeInput({ data, pageInfo }, '200')),
          }
        })
        return reply.header('link', link).type('application/json; charset=utf-8').send(body)
      },
    )

    routes.get<{ Params: { id: string } }>('/movies/:id', { schema: { response: { 200: movieAnswer } } }, (request) =>
      answerOf(request.params.id, region, createContext()),
    )
  })
}

async function answerOf(id: string, region: Region, context: MoviesContext): Promise<{ data: object | undefined }> {
  const title = await findTitle(id, region, context)
  if (!title) throw new PublicError('NOT_FOUND', `no such title is available in ${region.name} now`)
  const [data] = await answersOf([title], context)
  return { data }
}

/** A title that the region may show now, by its global id or its id at IMDb. */
async function findTitle(id: string, region: Region, { titles, now }: MoviesContext): Promise<TitleRow | null> {
  const rowId = isImdbId(id) ? ((await titles.findByImdbIds([id]))[0]?.id ?? null) : rowIdOf('Movie', id)
  return rowId === null ? null : titles.findAvailable(region.code, rowId, now)
}

async function answersOf(titles: readonly TitleRow[], context: MoviesContext): Promise<object[]> {
  const ids = titles.map(({ id }) => id)
  const [countries, genres] = await Promise.all([context.titles.listCountries(ids), context.titles.listGenres(ids)])
  return titles.map((title, index) => movieAnswerOf(title, countries[index] ?? [], genres[index] ?? []))
}

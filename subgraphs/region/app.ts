import { readFile } from 'node:fs/promises'
import { regionOf } from '@movieverse/movies-graphql/codes.ts'
import { createMoviesContexts } from '@movieverse/movies-graphql/context.ts'
import { Facets } from '@movieverse/movies-graphql/facets.resolvers.ts'
import { createLoaderMetrics } from '@movieverse/movies-graphql/loader-metrics.ts'
import { MovieConnection } from '@movieverse/movies-graphql/movie-connection.resolvers.ts'
import { Availability, Movie } from '@movieverse/movies-graphql/movie.resolvers.ts'
import { scalars } from '@movieverse/movies-graphql/scalars.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { registerDatabase } from '@movieverse/service/database-plugin.ts'
import { registerSubgraph } from '@movieverse/service/graphql.ts'
import { buildServer } from '@movieverse/service/server.ts'
import type { FastifyInstance } from 'fastify'
import type { IResolvers } from 'mercurius'
import { changeResolvers } from './changes/changes.resolvers.ts'
import type { RegionServiceConfig } from './config.ts'
import type { RegionContext } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { registerMovieRoutes } from './movies/movies.routes.ts'
import { regionResolvers } from './regions/region.resolvers.ts'

const resolvers = {
  Movie,
  MovieConnection,
  Facets,
  Availability,
  ...regionResolvers,
  ...changeResolvers,
} satisfies SubgraphResolvers<Resolvers>

/** One region's service: its catalogue over GraphQL and REST. */
export async function buildRegionApp(config: RegionServiceConfig): Promise<FastifyInstance> {
  const homeRegion = regionOf(config.REGION)
  const app = await buildServer({ name: 'region', config, region: homeRegion.code })
  registerDatabase(app, config)
  const createMoviesContext = createMoviesContexts(app.database.reader, createLoaderMetrics(app.meters))
  await registerSubgraph(app, {
    schema: await readFile(new URL('schema.graphql', import.meta.url), 'utf8'),
    // `as`: mercurius' type knows neither our context nor scalars as plain functions; `resolvers` is checked above.
    resolvers: { ...resolvers, ...scalars } as unknown as IResolvers,
    context: (): RegionContext => ({ ...createMoviesContext(), homeRegion }),
    config,
  })
  await registerMovieRoutes(app, homeRegion, createMoviesContext)
  return app
}

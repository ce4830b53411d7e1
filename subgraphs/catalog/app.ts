import { readFile } from 'node:fs/promises'
import { AvailabilityChange } from '@movieverse/movies-graphql/availability-change.resolvers.ts'
import { Facets } from '@movieverse/movies-graphql/facets.resolvers.ts'
import { createLoaderMetrics } from '@movieverse/movies-graphql/loader-metrics.ts'
import { MovieConnection } from '@movieverse/movies-graphql/movie-connection.resolvers.ts'
import { Availability, Movie } from '@movieverse/movies-graphql/movie.resolvers.ts'
import { scalars } from '@movieverse/movies-graphql/scalars.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { registerDatabase } from '@movieverse/service/database-plugin.ts'
import { registerSubgraph } from '@movieverse/service/graphql.ts'
import { buildServer } from '@movieverse/service/server.ts'
import { createAvailabilityRepository } from '@movieverse/titles/availability/availability.repository.ts'
import type { FastifyInstance } from 'fastify'
import type { IResolvers } from 'mercurius'
import type { CatalogServiceConfig } from './config.ts'
import { createCatalogContexts } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { measureChanges } from './metrics/availability-changes.ts'
import { measureImports } from './metrics/import-runs.ts'
import { moviesResolvers } from './movies/movies.resolvers.ts'
import { nodeResolvers } from './nodes/nodes.resolvers.ts'
import { peopleResolvers } from './people/people.resolvers.ts'
import { referenceResolvers } from './reference/reference.resolvers.ts'
import { searchResolvers } from './search/search.resolvers.ts'
import { createChangeFeed } from './subscriptions/change-feed.ts'
import { createSubscriptions } from './subscriptions/subscriptions.ts'

const resolvers = {
  Query: {
    ...moviesResolvers.Query,
    ...searchResolvers.Query,
    ...peopleResolvers.Query,
    ...nodeResolvers.Query,
    ...referenceResolvers.Query,
  },
  Movie: { ...Movie, ...peopleResolvers.Movie },
  Person: peopleResolvers.Person,
  Node: nodeResolvers.Node,
  MovieConnection,
  Facets,
  Availability,
  AvailabilityChange,
} satisfies SubgraphResolvers<Resolvers>

/** What a movie is, in every country. */
export async function buildCatalogApp(config: CatalogServiceConfig): Promise<FastifyInstance> {
  const app = await buildServer({ name: 'catalog', config })
  registerDatabase(app, config)
  measureChanges(app, app.database.reader)
  measureImports(app, app.database.reader)
  const feed = createChangeFeed({
    source: createAvailabilityRepository(app.database.reader),
    onError: (err) => app.log.error({ err }, 'reading availability changes failed'),
  })
  app.addHook('onClose', async () => feed.close())
  await registerSubgraph(app, {
    schema: await readFile(new URL('schema.graphql', import.meta.url), 'utf8'),
    // `as`: mercurius' type knows neither our context nor scalars as plain functions; `resolvers` is checked above.
    resolvers: { ...resolvers, ...scalars } as unknown as IResolvers,
    context: createCatalogContexts(app.database.reader, createLoaderMetrics(app.meters)),
    subscriptions: createSubscriptions(feed),
    config,
  })
  return app
}

import { readFile } from 'node:fs/promises'
import { scalars } from '@movieverse/movies-graphql/scalars.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { registerDatabase } from '@movieverse/service/database-plugin.ts'
import { registerSubgraph } from '@movieverse/service/graphql.ts'
import { buildServer } from '@movieverse/service/server.ts'
import type { FastifyInstance } from 'fastify'
import type { IResolvers } from 'mercurius'
import type { ViewersServiceConfig } from './config.ts'
import { createViewersContexts } from './context.ts'
import { feedbackResolvers } from './feedback/feedback.resolvers.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { createViewersMetrics } from './metrics.ts'
import { moviesResolvers } from './movies/movies.resolvers.ts'
import { mutationResolvers } from './mutations/mutations.resolvers.ts'
import { payloadResolvers } from './mutations/payloads.resolvers.ts'
import { jsonScalar } from './viewer/json-scalar.ts'
import { viewerResolvers } from './viewer/viewer.resolvers.ts'

const resolvers = {
  ...viewerResolvers,
  ...feedbackResolvers,
  ...moviesResolvers,
  ...mutationResolvers,
  ...payloadResolvers,
} satisfies SubgraphResolvers<Resolvers>

const { RegionCode, LanguageCode, DateTime } = scalars

/** Who watches: profile, ratings, watchlist, history. */
export async function buildViewersApp(config: ViewersServiceConfig): Promise<FastifyInstance> {
  const app = await buildServer({ name: 'viewers', config })
  registerDatabase(app, config, { writes: true })
  await registerSubgraph(app, {
    schema: await readFile(new URL('schema.graphql', import.meta.url), 'utf8'),
    // `as`: mercurius' type knows neither our context nor scalars as plain functions; `resolvers` is checked above.
    resolvers: { ...resolvers, RegionCode, LanguageCode, DateTime, JSON: jsonScalar } as unknown as IResolvers,
    context: createViewersContexts(app.database.writer, config, createViewersMetrics(app.meters)),
    config,
  })
  return app
}

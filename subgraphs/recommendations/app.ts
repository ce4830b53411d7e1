import { readFile } from 'node:fs/promises'
import { scalars } from '@movieverse/movies-graphql/scalars.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { registerDatabase } from '@movieverse/service/database-plugin.ts'
import { registerSubgraph } from '@movieverse/service/graphql.ts'
import { buildServer } from '@movieverse/service/server.ts'
import type { FastifyInstance } from 'fastify'
import type { IResolvers } from 'mercurius'
import type { RecommendationsServiceConfig } from './config.ts'
import { createRecommendationsContexts } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { createKnowledgeStore } from './knowledge/knowledge-store.ts'
import { startUpkeep } from './knowledge/upkeep.ts'
import { createRecommendationsMetrics, showModel } from './metrics.ts'
import { moviesResolvers } from './movies/movies.resolvers.ts'
import { viewerResolvers } from './viewer/viewer.resolvers.ts'

const resolvers = { ...moviesResolvers, ...viewerResolvers } satisfies SubgraphResolvers<Resolvers>

const { RegionCode } = scalars
const titlesReloadMs = 600_000
const hourMs = 3_600_000

/** What to watch next. */
export async function buildRecommendationsApp(config: RecommendationsServiceConfig): Promise<FastifyInstance> {
  const app = await buildServer({ name: 'recommendations', config })
  registerDatabase(app, config)
  const metrics = createRecommendationsMetrics(app.meters)
  const knowledge = createKnowledgeStore(app.database.reader, {
    modelMaxAgeMs: config.MODEL_MAX_AGE_HOURS * hourMs,
    onBrokenModel(versionId, err) {
      metrics.brokenModels.inc({})
      app.log.error({ err, versionId }, 'a model version cannot be served')
    },
  })
  showModel(app.meters, knowledge)
  keepFresh(app, knowledge, config)
  await registerSubgraph(app, {
    schema: await readFile(new URL('schema.graphql', import.meta.url), 'utf8'),
    // `as`: mercurius' type knows neither our context nor scalars as plain functions; `resolvers` is checked above.
    resolvers: { ...resolvers, RegionCode } as unknown as IResolvers,
    context: createRecommendationsContexts({ db: app.database.writer, knowledge, config, metrics }),
    config,
  })
  return app
}

/** Reads everything before the first request, where the database allows, and what changes ever after. */
function keepFresh(
  app: FastifyInstance,
  knowledge: ReturnType<typeof createKnowledgeStore>,
  config: RecommendationsServiceConfig,
): void {
  const onError = (err: unknown): void => app.log.error({ err }, 'what recommendations rest on cannot be read')
  app.addHook('onReady', async () => {
    await knowledge
      .current(new Date())
      .then(() => knowledge.countPopularity(new Date()))
      .catch(onError)
  })
  const popularityMs = config.POPULARITY_INTERVAL_S * 1000
  const stop = startUpkeep(knowledge, { popularityMs, titlesMs: titlesReloadMs, onError })
  app.addHook('onClose', async () => stop())
}

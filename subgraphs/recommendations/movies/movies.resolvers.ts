import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { fromGlobalId } from '@movieverse/titles/global-id.ts'
import type { RecommendationsContext } from '../context.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { listSliceOf, pageOf, sizeOf, type ForwardPage, type RecommendationPage } from '../lists/recommendation-page.ts'
import { countServed } from '../lists/served.ts'
import { everybodyIn } from '../ranking/candidates.ts'
import { explainPopular, explainSimilar } from '../ranking/reasons.ts'
import { rankPopular, rankSimilar } from '../ranking/recommender.ts'
import { regionFor } from '../viewer/regions.ts'
import { movieIdOf } from './movie-source.ts'

/** For everybody: what a region watches, and what goes with a title. */
export const moviesResolvers = {
  Query: {
    popular: (_root, args, context) => popularPage('POPULAR', args, context),
    trending: (_root, args, context) => popularPage('TRENDING', args, context),
  },
  Movie: {
    // A title that is not there has nothing that goes with it, so nothing is read to know it.
    __resolveReference({ id }) {
      const named = fromGlobalId(id)
      return named?.type === 'Movie' ? { rowId: named.id } : null
    },
    id: movieIdOf,
    async similar({ rowId }, { region, ...page }, context) {
      const regionCode = await regionFor(region, context)
      const slice = listSliceOf(['similar', rowId, regionCode], page)
      const knowledge = await context.knowledge()
      const list = rankSimilar(knowledge, rowId, regionCode, context.now.getTime())
      const found = pageOf(list, slice, explainSimilar(knowledge, list.strategy, rowId))
      countServed(context, 'similar', regionCode, found.strategy, found.edges.length)
      return found
    },
  },
  Recommendation: {
    movie: ({ titleId }) => ({ rowId: titleId }),
    because: ({ because }, { first }) => (typeof first === 'number' ? because.slice(0, sizeOf(first)) : because),
  },
  RecommendationReason: {
    movie: ({ titleId }) => ({ rowId: titleId }),
  },
  RecommendationConnection: {
    nodes: ({ edges }) => edges.map(({ node }) => node),
  },
} satisfies SubgraphResolvers<Omit<Resolvers, 'Viewer'>>

async function popularPage(
  kind: 'POPULAR' | 'TRENDING',
  { region, ...page }: ForwardPage & { readonly region?: string | null },
  context: RecommendationsContext,
): Promise<RecommendationPage> {
  const regionCode = await regionFor(region, context)
  const slice = listSliceOf([kind, regionCode], page)
  const knowledge = await context.knowledge()
  const list = rankPopular(knowledge, kind, everybodyIn(regionCode, context.now.getTime()))
  const found = pageOf(list, slice, explainPopular(knowledge, kind, null, regionCode))
  countServed(context, kind === 'POPULAR' ? 'popular' : 'trending', regionCode, kind, found.edges.length)
  return found
}

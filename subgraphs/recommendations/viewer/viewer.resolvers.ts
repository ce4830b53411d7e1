import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { fromViewerId, toViewerId } from '@movieverse/viewers/viewer-id.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { countServed } from '../lists/served.ts'
import { listSliceOf, pageOf, sizeOf } from '../lists/recommendation-page.ts'
import { homeRows } from '../ranking/home.ts'
import { explainFor } from '../ranking/reasons.ts'
import { rankForViewer } from '../ranking/recommender.ts'
import { regionFor } from './regions.ts'

/** For the one who asks, and nobody else. */
export const viewerResolvers = {
  Viewer: {
    // Whatever id the supergraph sends on: somebody else's is nobody.
    async __resolveReference({ id }, _args, { audience }) {
      const viewer = await audience.viewer()
      return viewer && fromViewerId(id) === viewer.id ? viewer : null
    },
    id: ({ id }) => toViewerId(id),
    async recommendations(viewer, { region, kinds, ...page }, context) {
      const regionCode = await regionFor(region, context)
      const wanted = [...new Set(kinds ?? [])].toSorted()
      const slice = listSliceOf(['recommendations', viewer.id, regionCode, wanted], page)
      const [knowledge, taste] = await Promise.all([context.knowledge(), context.audience.taste(viewer)])
      const list = rankForViewer(knowledge, taste, { regionCode, now: context.now.getTime(), kinds: wanted })
      const found = pageOf(list, slice, explainFor(knowledge, list.strategy, taste, regionCode))
      countServed(context, 'recommendations', regionCode, found.strategy, found.edges.length)
      return found
    },
    async home(viewer, { region, first }, context) {
      const size = sizeOf(first ?? 20)
      const regionCode = await regionFor(region, context)
      const [knowledge, taste] = await Promise.all([context.knowledge(), context.audience.taste(viewer)])
      const rows = homeRows(knowledge, taste, { regionCode, now: context.now.getTime(), kinds: [] }, size)
      for (const { strategy, items } of rows) countServed(context, 'home', regionCode, strategy, items.length)
      return rows
    },
  },
} satisfies SubgraphResolvers<Pick<Resolvers, 'Viewer'>>

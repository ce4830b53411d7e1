import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { fromViewerId, toViewerId } from '@movieverse/viewers/viewer-id.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** The one who asks, and nobody else: a viewer that is resolved is always theirs. */
export const viewerResolvers = {
  Query: {
    viewer: (_root, _args, { session }) => session.viewer('viewer:read'),
    async exportMe(_root, _args, { session, exportViewer, metrics }) {
      const exported = await exportViewer(await session.viewer('viewer:read'))
      metrics.exported.inc({})
      return exported
    },
  },
  Viewer: {
    // Whatever id the supergraph sends on: somebody else's is nobody.
    async __resolveReference({ id }, _args, { session }) {
      const viewer = await session.viewer('viewer:read')
      return fromViewerId(id) === viewer.id ? viewer : null
    },
    id: ({ id }) => toViewerId(id),
    profile: (viewer) => viewer,
    ratings: ({ id }, page, { feedback }) => feedback.ratings.list(id, page),
    watchlist: ({ id }, page, { feedback }) => feedback.watchlist.list(id, page),
    history: ({ id }, page, { feedback }) => feedback.history.list(id, page),
    hidden: ({ id }, page, { feedback }) => feedback.hidden.list(id, page),
  },
  Profile: {
    region: ({ regionCode }) => regionCode,
    languages: ({ id }, _args, { profiles }) => profiles.languages.load(id),
    favouriteGenres: ({ id }, _args, { profiles }) => profiles.genres.load(id),
    services: ({ id }, _args, { profiles }) => profiles.services.load(id),
  },
} satisfies SubgraphResolvers<Resolvers>

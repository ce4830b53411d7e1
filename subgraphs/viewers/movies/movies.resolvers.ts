import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { fromGlobalId, toGlobalId } from '@movieverse/titles/global-id.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** What the one who asks said of a title and did with it: for any number of titles one statement for each table. */
export const moviesResolvers = {
  Movie: {
    // Titles that are not there have no feedback either, so nothing is read to know them.
    __resolveReference({ id }) {
      const named = fromGlobalId(id)
      return named?.type === 'Movie' ? { rowId: named.id } : null
    },
    id: ({ rowId }) => toGlobalId('Movie', rowId),
    async viewer({ rowId }, _args, { session }) {
      const { id: viewerId } = await session.viewer('viewer:read')
      return { viewerId, titleId: rowId }
    },
  },
  MovieViewer: {
    async rating({ viewerId, titleId }, _args, { feedback }) {
      return (await feedback.ratings.about(viewerId, titleId))?.stars ?? null
    },
    async onWatchlist({ viewerId, titleId }, _args, { feedback }) {
      return (await feedback.watchlist.about(viewerId, titleId)) !== null
    },
    async seen({ viewerId, titleId }, _args, { feedback }) {
      return (await feedback.history.about(viewerId, titleId))?.isCompleted ?? false
    },
    async hidden({ viewerId, titleId }, _args, { feedback }) {
      return (await feedback.hidden.about(viewerId, titleId)) !== null
    },
    progress: ({ viewerId, titleId }, _args, { feedback }) => feedback.history.about(viewerId, titleId),
  },
} satisfies SubgraphResolvers<Resolvers>

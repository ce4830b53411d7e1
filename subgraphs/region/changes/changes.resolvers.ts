import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** The log of what a region may show. */
export const changeResolvers = {
  AvailabilityChangeConnection: {
    nodes: ({ edges }) => edges.map(({ node }) => node),
  },
  AvailabilityChange: {
    id: ({ id }) => Buffer.from(`AvailabilityChange:${id}`).toString('base64url'),
    region: ({ regionCode }) => regionCode,
    async movie({ titleId }, _args, { loaders }) {
      const title = await loaders.titles.load(titleId)
      // The log's foreign key goes with its title, so only a deletion in this very moment comes here.
      if (!title) throw new Error(`availability change of a title that is gone: ${titleId}`)
      return title
    },
  },
} satisfies SubgraphResolvers<Resolvers>

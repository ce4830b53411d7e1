import { AvailabilityChange } from '@movieverse/movies-graphql/availability-change.resolvers.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** The log of what a region may show. */
export const changeResolvers = {
  AvailabilityChangeConnection: {
    nodes: ({ edges }) => edges.map(({ node }) => node),
  },
  AvailabilityChange,
} satisfies SubgraphResolvers<Resolvers>

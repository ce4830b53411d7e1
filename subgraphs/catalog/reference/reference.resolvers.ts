import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { regions } from '@movieverse/regions/regions.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** What filters can name. */
export const referenceResolvers = {
  Query: {
    genres: (_root, _args, { reference }) => reference.listGenres(),
    countries: (_root, _args, { reference }) => reference.listCountries(),
    languages: (_root, _args, { reference }) => reference.listLanguages(),
    regions: () => [...regions],
  },
} satisfies SubgraphResolvers<Resolvers>

import { movieConnectionOf } from '@movieverse/movies-graphql/movie-connection.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { badUserInput } from '@movieverse/service/errors.ts'
import { titleFilterOf } from '@movieverse/titles/listing/filter.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** Titles by their words. */
export const searchResolvers = {
  Query: {
    async search(_root, { text, filter: input, ...page }, { searches, titles, now }) {
      const filter = titleFilterOf(input)
      if (filter.text !== undefined) throw badUserInput('filter.text', 'cannot be combined with text: give one of them')
      const found = await searches.search({ text, filter, page, now })
      return movieConnectionOf(found, () => titles.countMatches({ filter: { ...filter, text }, now }))
    },
  },
} satisfies SubgraphResolvers<Resolvers>

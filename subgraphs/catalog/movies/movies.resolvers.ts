import { facetsOf } from '@movieverse/movies-graphql/facets.ts'
import { parseImdbId, rowIdOf } from '@movieverse/movies-graphql/ids.ts'
import { movieConnectionOf } from '@movieverse/movies-graphql/movie-connection.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { badUserInput } from '@movieverse/service/errors.ts'
import { titleFilterOf } from '@movieverse/titles/listing/filter.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** Titles of every country and region. */
export const moviesResolvers = {
  Query: {
    async movie(_root, { id: globalId, imdbId }, { loaders, titles }) {
      if (typeof globalId === 'string' && typeof imdbId === 'string') {
        throw badUserInput('imdbId', 'cannot be combined with id: give one of them')
      }
      if (typeof imdbId === 'string') return (await titles.findByImdbIds([parseImdbId(imdbId)]))[0] ?? null
      if (typeof globalId !== 'string') throw badUserInput('id', 'or imdbId must be given')
      const id = rowIdOf('Movie', globalId)
      return id === null ? null : loaders.titles.load(id)
    },
    async movies(_root, { filter: input, orderBy, ...page }, { titles, now }) {
      const list = { filter: titleFilterOf(input), now }
      const found = await titles.listPage({ ...list, orderBy: orderBy ?? 'TITLE', page })
      return movieConnectionOf(found, () => titles.countMatches(list))
    },
    facets(_root, { filter: input }, { titles, now }) {
      const list = { filter: titleFilterOf(input), now }
      return facetsOf((facets) => titles.countFacets({ ...list, facets }))
    },
  },
} satisfies SubgraphResolvers<Resolvers>

import { regionOf } from '@movieverse/movies-graphql/codes.ts'
import { facetsOf } from '@movieverse/movies-graphql/facets.ts'
import { rowIdOf } from '@movieverse/movies-graphql/ids.ts'
import { movieConnectionOf } from '@movieverse/movies-graphql/movie-connection.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { titleFilterOf } from '@movieverse/titles/listing/filter.ts'
import { scopes } from '@movieverse/titles/listing/listing-scopes.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** The argument's region, else the home; an `X-Region` header is the supergraph's business. */
export const regionResolvers = {
  Query: {
    region: (_root, { code }, { homeRegion }) => ({ region: code ? regionOf(code) : homeRegion }),
  },
  RegionCatalogue: {
    async movies({ region }, { filter: input, orderBy, ...page }, { titles, now }) {
      const list = { filter: titleFilterOf(input), scope: scopes.region(region.code), now }
      const found = await titles.listPage({ ...list, orderBy: orderBy ?? 'TITLE', page })
      return movieConnectionOf(found, () => titles.countMatches(list))
    },
    movie({ region }, { id: globalId }, { titles, now }) {
      const id = rowIdOf('Movie', globalId)
      return id === null ? null : titles.findAvailable(region.code, id, now)
    },
    facets({ region }, { filter: input }, { titles, now }) {
      const list = { filter: titleFilterOf(input), scope: scopes.region(region.code), now }
      return facetsOf((facets) => titles.countFacets({ ...list, facets }))
    },
    changes({ region }, { kinds, since, ...page }, { availability }) {
      const query = { regionCode: region.code, kinds, since: since ? new Date(since) : null, page }
      return availability.listChanges(query)
    },
  },
} satisfies SubgraphResolvers<Resolvers>

import { rowIdOf } from '@movieverse/movies-graphql/ids.ts'
import { movieConnectionOf } from '@movieverse/movies-graphql/movie-connection.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { badUserInput } from '@movieverse/service/errors.ts'
import { fromGlobalId, toGlobalId } from '@movieverse/titles/global-id.ts'
import type { TitleCount } from '@movieverse/titles/listing/title-queries.ts'
import type { Resolvers } from '../generated/resolvers.ts'

const castLimit = 100

/** People, and who is credited on a title. */
export const peopleResolvers = {
  Query: {
    person(_root, { id: globalId }, { peopleLoaders }) {
      const id = rowIdOf('Person', globalId)
      return id === null ? null : peopleLoaders.people.load(id)
    },
  },
  Movie: {
    directors: ({ id }, _args, { peopleLoaders }) => peopleLoaders.directors.load(id),
    async cast({ id }, { first }, { peopleLoaders }) {
      const count = first ?? 10
      if (count < 1 || count > castLimit) throw badUserInput('first', `must be between 1 and ${castLimit}`)
      const credits = await peopleLoaders.credits.load(id)
      const actors = credits.filter(({ role }) => role !== 'DIRECTOR')
      return actors.slice(0, count).map(({ person }) => person)
    },
    credits: ({ id }, _args, { peopleLoaders }) => peopleLoaders.credits.load(id),
  },
  Person: {
    async __resolveReference({ id }, _args, { peopleLoaders }) {
      const named = fromGlobalId(id)
      return named?.type === 'Person' ? peopleLoaders.people.load(named.id) : null
    },
    id: ({ id }) => toGlobalId('Person', id),
    async movies({ id }, page, { titles, peopleLoaders }) {
      const count = async (): Promise<TitleCount> => ({
        count: await peopleLoaders.titleCounts.load(id),
        isExact: true,
      })
      return movieConnectionOf(await titles.listByPerson(id, page), count)
    },
  },
} satisfies SubgraphResolvers<Resolvers>

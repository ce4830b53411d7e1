import { parseGlobalId } from '@movieverse/movies-graphql/ids.ts'
import type { SubgraphResolvers } from '@movieverse/movies-graphql/subgraph-resolvers.ts'
import { badUserInput } from '@movieverse/service/errors.ts'
import type { PersonRow, TitleRow } from '@movieverse/titles/rows.ts'
import type { CatalogContext } from '../context.ts'
import type { Resolvers } from '../generated/resolvers.ts'

const nodesLimit = 100

/** Anything with a global id. An id that is not ours is refused; one of ours that names nothing answers null. */
export const nodeResolvers = {
  Query: {
    node: (_root, { id }, context) => findNode(id, 'id', context),
    nodes(_root, { ids }, context) {
      if (ids.length > nodesLimit) throw badUserInput('ids', `must be ${nodesLimit} at most`)
      return Promise.all(ids.map((id) => findNode(id, 'ids', context)))
    },
  },
  Node: {
    resolveType: (node) => ('sortTitle' in node ? 'Movie' : 'Person'),
  },
} satisfies SubgraphResolvers<Resolvers>

async function findNode(
  globalId: string,
  field: string,
  { loaders, peopleLoaders }: CatalogContext,
): Promise<TitleRow | PersonRow | null> {
  const { type, id } = parseGlobalId(globalId, field)
  return type === 'Movie' ? loaders.titles.load(id) : peopleLoaders.people.load(id)
}

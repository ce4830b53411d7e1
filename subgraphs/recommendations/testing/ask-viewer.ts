import { toViewerId } from '@movieverse/viewers/viewer-id.ts'
import type { FastifyInstance } from 'fastify'
import { askApp, signedIn, type GraphqlAnswer } from '../../../tests/support/subgraph-app.ts'

/** What the tests read of a recommendation. */
export interface Recommended {
  readonly movie: { readonly id: string }
  readonly score: number
  readonly because: ReadonlyArray<{ readonly movie: { readonly id: string }; readonly weight: number }>
  readonly reason: string
}

/** What the tests read of a list. */
export interface RecommendedList {
  readonly strategy: string
  readonly totalCount: number
  readonly nodes: readonly Recommended[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

export const listFields =
  '{ strategy totalCount nodes { movie { id } score because { movie { id } weight } reason } pageInfo { hasNextPage endCursor } }'

/** The viewers' row ids by their user ids. */
export async function viewerIdsOf(app: FastifyInstance): Promise<Map<string, number>> {
  const rows: Array<{ id: number; user_id: string }> = await app.database.reader('viewers').select('id', 'user_id')
  return new Map(rows.map(({ id, user_id }) => [user_id, id]))
}

/** Asks as the supergraph does: by a reference to the viewer, with who the edge says is asking. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the test states the shape, as in askApp
export async function askViewer<Data>(
  app: FastifyInstance,
  viewer: { readonly userId: string; readonly id: number },
  selection: string,
  headers: Record<string, string> = {},
): Promise<GraphqlAnswer<{ _entities: [Data | null] }>> {
  const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Viewer ${selection} } }`
  return askApp(app, query, {
    variables: { refs: [{ __typename: 'Viewer', id: toViewerId(viewer.id) }] },
    headers: { ...signedIn(viewer.userId), 'x-service-secret': 'development-service-secret', ...headers },
  })
}

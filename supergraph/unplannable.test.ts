import { expect, test } from 'vitest'
import { subgraph } from './fixtures/federation-case.ts'
import { startSupergraph } from './fixtures/running-supergraph.ts'

// Composes, though nobody can say the id of whatever a node may be.
const a = subgraph(
  'a',
  `type Query { node: Node @shareable } type Mutation { touch: Int find: Node @shareable } interface Node { id: ID! }
   type User implements Node @key(fields: "id") { id: ID! } type Chat implements Node @key(fields: "id") { id: ID! @external by: User }`,
)
const b = subgraph(
  'b',
  `type Query { node: Node @shareable } type Mutation { find: Node @shareable } interface Node { id: ID! }
   type User implements Node @key(fields: "id") { id: ID! @external n: Int } type Chat implements Node @key(fields: "id") { id: ID! }`,
)

test.each(['{ node { id } }', 'mutation { touch find { id } }'])(
  'an operation that has no plan is refused as a whole, nothing of it is done: %s',
  async (query) => {
    await using supergraph = await startSupergraph([a, b])
    const { status, data, errors, calls } = await supergraph.ask(query)
    expect({ status, data, calls }).toEqual({ status: 500, data: undefined, calls: {} })
    expect(errors?.map(({ message, extensions }) => [message, extensions['code']])).toEqual([
      ['Internal server error', 'INTERNAL_SERVER_ERROR'],
    ])
  },
)

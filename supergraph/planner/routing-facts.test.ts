import { expect, test } from 'vitest'
import { composeSupergraph } from '../composition/compose-supergraph.ts'
import { parseRoutingFacts } from './routing-facts.ts'

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@shareable"])\n'
const facts = parseRoutingFacts(
  composeSupergraph([
    {
      name: 'first-service',
      url: 'http://first/graphql',
      sdl: `${link} type Query { a: Item @provides(fields: "name") any: Any } type Item @key(fields: "id owner { id }") { id: ID! owner: Owner! name: String @external gone: Int }
            type Owner @shareable { id: ID! } union Any = Item | Owner interface Named @key(fields: "id") { id: ID! } type Thing implements Named @key(fields: "id") { id: ID! }`,
    },
    {
      name: 'second',
      url: 'http://second/graphql',
      sdl: `${link} type Item @key(fields: "id owner { id }") @key(fields: "sku", resolvable: false) { id: ID! owner: Owner! sku: ID name: String gone: Int @override(from: "first-service") weight: Int @external cost: Int @requires(fields: "weight") }
            type Owner @shareable { id: ID! } type Named @key(fields: "id") @interfaceObject { id: ID! likes: Int }`,
    },
    {
      name: 'third',
      url: 'http://third/graphql',
      sdl: `${link} type Item @key(fields: "id owner { id }") { id: ID! owner: Owner! weight: Int } type Owner @shareable { id: ID! }`,
    },
  ]).supergraphSdl,
)
const itemOf = (subgraph: string): NonNullable<ReturnType<typeof typeOf>> => {
  const type = typeOf(subgraph, 'Item')
  if (!type) throw new Error(`${subgraph} has no Item`)
  return type
}
const typeOf = (subgraph: string, name: string) => facts.subgraphs.get(subgraph)?.types.get(name)

test('subgraphs have the names and URLs that they were composed with', () => {
  expect([...facts.subgraphs.values()].map(({ name, url }) => `${name} ${url}`).toSorted()).toEqual([
    'first-service http://first/graphql',
    'second http://second/graphql',
    'third http://third/graphql',
  ])
})

test('a subgraph has the fields that it declares, with what they need and provide; an overridden one is gone', () => {
  expect([...itemOf('second').fields.keys()].toSorted()).toEqual([
    'cost',
    'gone',
    'id',
    'name',
    'owner',
    'sku',
    'weight',
  ])
  expect(itemOf('second').fields.get('cost')?.requires?.selections).toHaveLength(1)
  expect(itemOf('second').fields.get('weight')?.external).toBe(true)
  expect(itemOf('third').fields.get('weight')?.external).toBe(false)
  expect(itemOf('first-service').fields.has('gone')).toBe(false)
  expect(typeOf('first-service', 'Query')?.fields.get('a')?.provides?.selections).toHaveLength(1)
})

test('keys keep their field sets, the names at their top and whether they are a way in', () => {
  expect(itemOf('second').keys.map(({ names, resolvable }) => [[...names], resolvable])).toEqual([
    [['id', 'owner'], true],
    [['sku'], false],
  ])
})

test('interfaces and unions know which types they may be, in each subgraph and on the whole', () => {
  expect(typeOf('first-service', 'Any')).toMatchObject({ isAbstract: true, possibleTypes: ['Item', 'Owner'] })
  expect(typeOf('first-service', 'Named')).toMatchObject({ isAbstract: true, possibleTypes: ['Thing'] })
  expect(typeOf('second', 'Named')).toMatchObject({
    isAbstract: false,
    isInterfaceObject: true,
    possibleTypes: ['Named'],
  })
  expect(facts.types.get('Named')?.possibleTypes).toEqual(new Set(['Thing']))
})

test('a text that is no supergraph is refused', () => {
  expect(() => parseRoutingFacts('type Query { a: Int }')).toThrow(/not a supergraph/)
})

test('a key’s fields are in every subgraph that has the key, even where a supergraph SDL forgets them', () => {
  const types = parseRoutingFacts(`
    enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
    type Account @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
      id: ID! @join__field(graph: B)
      name: String @join__field(graph: A)
    }
  `).subgraphs.get('a')?.types
  expect([...(types?.get('Account')?.fields.keys() ?? [])]).toEqual(['id', 'name'])
})

test('what a subgraph requires is external there, even where composition forgets to say so', () => {
  const { subgraphs } = parseRoutingFacts(`
    enum join__Graph { A @join__graph(name: "a", url: "") }
    type Named @join__type(graph: A, key: "id", isInterfaceObject: true) {
      id: ID!
      name: String
      shout: String @join__field(graph: A, requires: "name")
    }
  `)
  const fields = subgraphs.get('a')?.types.get('Named')?.fields
  expect([...(fields?.values() ?? [])].map(({ name, external }) => [name, external])).toEqual([
    ['id', false],
    ['name', true],
    ['shout', false],
  ])
})

import { parse, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { composeSupergraph } from '../composition/compose-supergraph.ts'
import { OperationPlans } from './operation-plans.ts'
import { drawLabels } from './override-labels.ts'
import { parseRoutingFacts } from './routing-facts.ts'

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])\n'
const { supergraphSdl } = composeSupergraph([
  {
    name: 'old',
    url: 'http://old',
    sdl: `${link} type Query { user: User } type User @key(fields: "id") { id: ID! name: String age: Int }`,
  },
  {
    name: 'new',
    url: 'http://new',
    sdl: `${link} type User @key(fields: "id") { id: ID! name: String @override(from: "old", label: "percent(25)") age: Int @override(from: "old", label: "off") }`,
  },
])

function askedFor(fields: string, random: () => number): string[] {
  const [operation] = parse(`{ user { ${fields} } }`).definitions
  const plans = new OperationPlans(parseRoutingFacts(supergraphSdl), random)
  // The document holds one operation.
  const { requests } = plans.choose(operation as OperationDefinitionNode, {}, {}, () => undefined)
  return requests.flat().map(({ subgraph }) => subgraph)
}

test('a field that is moving is asked of its new owner for so many operations of a hundred, of the old one for the rest', () => {
  expect(askedFor('name', () => 0.24)).toEqual(['old', 'new'])
  expect(askedFor('name', () => 0.25)).toEqual(['old'])
})

test('a label that nobody decides leaves the field where it was', () => {
  expect(askedFor('age', () => 0)).toEqual(['old'])
})

test('labels hold as often as they say', () => {
  let draws = 0
  const random = (): number => (draws++ % 100) / 100
  const held = Array.from({ length: 100 }, () => drawLabels(new Set(['percent(7.5)']), random).size)
  expect(held.reduce((sum, one) => sum + one, 0)).toBe(8)
})

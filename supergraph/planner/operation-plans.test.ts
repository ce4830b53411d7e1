import { Kind, parse, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { readComposedSchema } from '../composition/stored-schema.ts'
import { exampleQueries } from '../graphiql/examples.ts'
import { createRegionRouter } from '../regions/region-router.ts'
import { explainPlan } from './explain.ts'
import { OperationPlans, type ChosenPlan } from './operation-plans.ts'
import { parseRoutingFacts } from './routing-facts.ts'

const facts = parseRoutingFacts(readComposedSchema().supergraphSdl)

function planner(query: string): (variables?: Record<string, unknown>, header?: string) => ChosenPlan {
  const { definitions } = parse(query)
  const operation = definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION)
  if (!operation) throw new Error('no operation')
  const isFragment = (node: (typeof definitions)[number]): node is FragmentDefinitionNode =>
    node.kind === Kind.FRAGMENT_DEFINITION
  const fragments = Object.fromEntries(definitions.filter(isFragment).map((node) => [node.name.value, node]))
  const plans = new OperationPlans(facts)
  return (variables = {}, header) =>
    plans.choose(operation, fragments, variables, createRegionRouter({ header, variables }))
}

test('an operation is planned once for each combination of its Boolean variables', () => {
  const choose = planner(
    'query($a: Boolean!, $n: Int) { movies(first: $n) { totalCount @include(if: $a) nodes { id } } }',
  )
  expect(choose({ a: true, n: 1 }).run).toBe(choose({ a: true, n: 2 }).run)
  expect(choose({ a: false }).run).not.toBe(choose({ a: true }).run)
})

test('and once for each region that it is asked about', () => {
  const choose = planner('query($code: RegionCode) { region(code: $code) { region { name } } }')
  expect(choose({ code: 'IN' }).run).toBe(choose({}, 'IN').run)
  expect(choose({ code: 'GB' }).run).toBe(choose({ code: 'UK' }).run)
  expect(
    choose({ code: 'US' })
      .requests.flat()
      .map(({ subgraph }) => subgraph),
  ).toEqual(['usa'])
  expect([...choose({}).refusals.keys()]).toHaveLength(1)
})

test('plans of one operation are bounded, however many regions and variables there are', () => {
  const names = Array.from({ length: 8 }, (_name, index) => `v${index}`)
  const choose = planner(
    `query(${names.map((name) => `$${name}: Boolean!`).join(' ')}) { movies { ${names.map((name) => `totalCount @include(if: $${name})`).join(' ')} nodes { id } } }`,
  )
  const of = (bits: number): ChosenPlan =>
    choose(Object.fromEntries(names.map((name, index) => [name, Boolean(bits & (1 << index))])))
  const first = of(0).run
  expect(of(0).run).toBe(first)
  for (let bits = 1; bits < 100; bits += 1) of(bits)
  expect(of(0).run).not.toBe(first)
})

test.each(exampleQueries)('the plan of the example query $name', ({ query, variables }) => {
  expect(explainPlan(planner(query)({ ...variables }).requests)).toMatchSnapshot()
})

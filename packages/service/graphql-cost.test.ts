import { buildSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { documentCost } from './graphql-cost.ts'

const schema = buildSchema(`
  type Query { movies(first: Int = 5, title: String): [Movie!]! byIds(ids: [ID!]!): [Movie!]! }
  type Movie { id: ID! cast(first: Int): [Movie!]! }
`)

test('a document that was measured before costs what its variables say each time', () => {
  const document = parse(`query ($n: Int = 7, $m: Int, $title: String) {
    movies(first: $n, title: $title) { id cast(first: $m) { id } }
  }`)
  const costOf = (variables: object): number => documentCost(schema, document, { ...variables })
  expect(costOf({ n: 2, m: 3 })).toBe(2 * (1 + 3))
  expect(costOf({ n: 3, m: 2 })).toBe(3 * (1 + 2))
  expect(costOf({ n: 2, m: 3, title: 'other' })).toBe(2 * (1 + 3))
  expect(costOf({ m: 0 })).toBe(7)
  expect(costOf({ n: null, m: 0 })).toBe(5)
  expect(costOf({ n: 1 })).toBe(1 + 20)
})

test('lists of ids count by their length, and a schema that was replaced counts anew', () => {
  const document = parse('query ($ids: [ID!]!) { byIds(ids: $ids) { id } }')
  for (const length of [1, 12, 3]) {
    expect(documentCost(schema, document, { ids: Array.from({ length }, String) })).toBe(length)
  }
  const dear = buildSchema(`
    directive @cost(weight: String!) on FIELD_DEFINITION
    type Query { byIds(ids: [ID!]!): [Movie!]! @cost(weight: "9") }
    type Movie { id: ID! }
  `)
  expect(documentCost(dear, document, { ids: ['1', '2'] })).toBe(18)
})

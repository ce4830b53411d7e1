import { Kind, parse, print } from 'graphql'
import { expect, test } from 'vitest'
import type { WantedField } from '../planner/wanted.ts'
import { createRegionRouter } from './region-router.ts'

function wanted(text: string): WantedField {
  const [definition] = parse(`{ ${text} }`).definitions
  const node = definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections[0] : undefined
  if (node?.kind !== Kind.FIELD) throw new Error('no field')
  return {
    key: 'region',
    name: node.name.value,
    arguments: node.arguments ?? [],
    sub: undefined,
  }
}

function routed(text: string, header?: string, variables = {}): unknown {
  const route = createRegionRouter({ header, variables })(wanted(text))
  return route && { services: [...route.subgraphs], argument: route.field.arguments.map((node) => print(node)).join() }
}

test.each([
  ['region(code: IN)', undefined, {}, 'india', 'IN'],
  ['region(code: "in")', 'US', {}, 'india', 'IN'],
  ['region(code: $c)', 'US', { c: 'UK' }, 'uk', 'GB'],
  ['region(code: $c)', 'US', {}, 'usa', 'US'],
  ['region(code: $c)', 'US', { c: null }, 'usa', 'US'],
  ['region(code: null)', 'us', {}, 'usa', 'US'],
  ['region', 'UK', {}, 'uk', 'GB'],
])('%s with the header %s and %o goes to %s as %s', (field, header, variables, service, code) => {
  expect(routed(field, header, variables)).toEqual({ services: [service], argument: `code: "${code}"` })
})

test.each([
  ['region', undefined, 'REGION_REQUIRED'],
  ['region', '', 'REGION_REQUIRED'],
  ['region', 'Atlantis', 'UNKNOWN_REGION'],
  ['region(code: "Ukraine")', 'IN', 'UNKNOWN_REGION'],
  ['region(code: 5)', 'IN', 'UNKNOWN_REGION'],
])('%s with the header %s is refused: %s', (field, header, code) => {
  expect(() => routed(field, header)).toThrow(expect.objectContaining({ code }))
})

test('other fields are left to the planner', () => {
  expect(routed('movies(first: 1)', 'IN')).toBeUndefined()
})

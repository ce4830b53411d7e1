import { expect, test } from 'vitest'
import { listBreakingChanges } from './breaking-changes.ts'
import { readComposedSchema } from './stored-schema.ts'

const before = 'type Query { movie(id: ID!): Movie old: Int @deprecated } type Movie { id: ID! title: String! }'

test('a field that goes, or that may be null all at once, breaks clients', async () => {
  const after = 'type Query { movie(id: ID!): Movie old: Int @deprecated } type Movie { title: String }'
  expect(await listBreakingChanges(before, after)).toEqual([
    expect.stringContaining("Field 'id' was removed from object type 'Movie'"),
    expect.stringContaining("changed type from 'String!' to 'String'"),
  ])
})

test('a field that comes, or an optional argument, does not', async () => {
  const after =
    'type Query { movie(id: ID!, region: String): Movie old: Int @deprecated } type Movie { id: ID! title: String! year: Int }'
  expect(await listBreakingChanges(before, after)).toEqual([])
})

test('the composed schema does not break its own clients', async () => {
  const { apiSdl } = readComposedSchema()
  expect(await listBreakingChanges(apiSdl, apiSdl)).toEqual([])
})

test('a field goes in two steps: deprecated first', async () => {
  const after = 'type Query { movie(id: ID!): Movie } type Movie { id: ID! title: String! }'
  expect(await listBreakingChanges(before, after)).toEqual([])
})

import { expect, test } from 'vitest'
import { readComposedSchema } from '../composition/stored-schema.ts'
import { explainQuery } from './explain-query.ts'

const schema = readComposedSchema()

test('a plan reads as a tree: at once side by side, what waits below what it waits for', () => {
  const query = `query($n: Int!) {
    a: region(code: IN) { movies(first: $n) { nodes { title directors { name } } } }
    b: region(code: US) { region { code } }
  }`
  const text = explainQuery(schema, { query, variables: { n: 2 } })
  const heads = text.split('\n').filter((line) => /\d \w/.test(line))
  expect(heads).toEqual([
    expect.stringMatching(/^1 india$/),
    expect.stringMatching(/^└─ 3 catalog: Movie at region__\w+\.movies__\w+\.nodes$/),
    expect.stringMatching(/^2 usa$/),
  ])
  expect(text).toContain('movies(first: $n)')
})

test('a field that is refused is named with the reason, and what is planned besides is there', () => {
  const text = explainQuery(schema, { query: '{ region { region { code } } regions { code } }' })
  expect(text).toMatch(/^1 catalog\n {2}\{\n {4}regions \{\n[^]*refused: region: .*X-Region/)
  expect(explainQuery(schema, { query: '{ region { region { code } } }', region: 'GB' })).toMatch(/^1 uk\n/)
})

test('what is wrong with a query or its variables is told', () => {
  expect(() => explainQuery(schema, { query: '{ nobody }' })).toThrow(/Cannot query field "nobody"/)
  expect(() => explainQuery(schema, { query: 'query($id: ID!) { movie(id: $id) { title } }' })).toThrow(/\$id/)
  expect(() => explainQuery(schema, { query: '{' })).toThrow(/Syntax Error/)
})

test('a query that needs nobody says so', () => {
  expect(explainQuery(schema, { query: '{ __typename }' })).toBe('no requests')
})

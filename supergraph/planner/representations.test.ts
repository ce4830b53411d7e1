import { expect, test } from 'vitest'
import type { InputField } from './fetches.ts'
import { compileRepresentation } from './representations.ts'

const input = (name: string, options: Partial<InputField> = {}): [string, InputField] => {
  const key = options.key ?? name
  return [key, { key, name, isKey: false, sub: undefined, ...options }]
}

test('says the type, the key and what is required, under the names that the subgraph knows', () => {
  const represent = compileRepresentation(
    'Movie',
    new Map([input('id', { isKey: true }), input('price', { key: 'price__x' })]),
  )
  expect(represent({ id: 'a"b', price__x: 3, other: 1 })).toBe(String.raw`{"__typename":"Movie","id":"a\"b","price":3}`)
})

test('nested inputs and lists go along whole', () => {
  const sub = new Map([input('id')])
  const represent = compileRepresentation(
    'T',
    new Map([input('id', { isKey: true }), input('owner', { sub }), input('tags', { sub })]),
  )
  expect(JSON.parse(represent({ id: 1, owner: { id: 2, more: 0 }, tags: [{ id: 3 }, null] }) ?? '')).toEqual({
    __typename: 'T',
    id: 1,
    owner: { id: 2 },
    tags: [{ id: 3 }, null],
  })
})

test('an object without any key value, or with an input that nobody answered, has none', () => {
  const represent = compileRepresentation(
    'T',
    new Map([input('id', { isKey: true }), input('sku', { isKey: true }), input('weight')]),
  )
  expect(represent({ id: null, sku: null, weight: 1 })).toBeUndefined()
  expect(represent({ id: 1, sku: 2 })).toBeUndefined()
  expect(represent({ id: null, sku: 2, weight: null })).toBe('{"__typename":"T","id":null,"sku":2,"weight":null}')
})

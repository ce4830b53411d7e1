import { expect, test } from 'vitest'
import { groupInOrderOf, inOrderOf } from './ordering.ts'

const rows = [
  { key: 2, name: 'b' },
  { key: 1, name: 'a' },
  { key: 2, name: 'c' },
]

test('rows come in the order of the keys, null where there is none, repeated where a key is', () => {
  const keyOf = (row: { key: number }): number => row.key
  expect(inOrderOf([1, 3, 1], rows, keyOf)).toEqual([rows[1], null, rows[1]])
  expect(groupInOrderOf([3, 2, 1, 2], rows, keyOf)).toEqual([[], [rows[0], rows[2]], [rows[1]], [rows[0], rows[2]]])
})

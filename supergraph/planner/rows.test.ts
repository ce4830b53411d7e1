import { expect, test } from 'vitest'
import type { PathStep } from './fetches.ts'
import type { Row } from './representations.ts'
import { copyOf, forEachRow, mergeRow } from './rows.ts'

const step = (key: string, typeName?: string): PathStep => ({ key, typeName })

function found(value: unknown, path: PathStep[]): Row[] {
  const rows: Row[] = []
  forEachRow(value, path, (row) => rows.push(row))
  return rows
}

test('a path goes through lists of lists and past nulls', () => {
  expect(
    found({ a: [[{ b: { n: 1 } }, null], [{ b: [{ n: 2 }, { n: 3 }] }], [{ b: null }, {}]] }, [step('a'), step('b')]),
  ).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
})

test('a path means objects of its types only, on the way and at its end', () => {
  const value = {
    a: [
      { __typename: 'X', b: { __typename: 'P' } },
      { __typename: 'Y', b: { __typename: 'P' } },
    ],
  }
  expect(found(value, [step('a', 'X'), step('b', 'P')])).toHaveLength(1)
  expect(found(value, [step('a', 'Y'), step('b', 'Q')])).toHaveLength(0)
})

test('merging adds by property and position; a null takes nothing away', () => {
  const into: Row = { a: 1, list: [{ x: 1 }, null, { x: 3 }], none: null, object: { x: 1 } }
  mergeRow(into, { a: null, b: 2, list: [{ y: 1 }, { y: 2 }, null], none: { z: 1 }, object: null })
  expect(into).toEqual({ a: 1, b: 2, list: [{ x: 1, y: 1 }, { y: 2 }, { x: 3 }], none: { z: 1 }, object: { x: 1 } })
})

test('a copy shares nothing', () => {
  const original = { a: [{ b: 1 }] }
  const copy = copyOf(original)
  expect(copy).toEqual(original)
  mergeRow(copy as Row, { a: [{ c: 2 }] })
  expect(original).toEqual({ a: [{ b: 1 }] })
})

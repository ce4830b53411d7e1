import fc from 'fast-check'
import { expect, test } from 'vitest'
import { interactionsOf } from './interactions.ts'
import { fitItemKnn, fitRp3Beta } from './neighbours.ts'
import { addHistory, sparseWeights, strongestOfRows } from './weights.ts'

const met = (...items: number[]) => items.map((item) => ({ item, value: 1, time: 0 }))
/** Item 0 with 1 in two users, with 2 in one. */
const small = interactionsOf([met(0, 1), met(0, 1, 2), met(2)], 3)

function rowOf(rows: ReturnType<typeof fitItemKnn>, item: number): number[] {
  const row = new Float64Array(3)
  sparseWeights(rows).addRow(item, 1, row)
  return [...row].map((value) => Number(value.toFixed(4)))
}

test('item-kNN is the cosine of the users in common', () => {
  const rows = fitItemKnn(small, { neighbours: 10, shrinkage: 0 })
  expect(rowOf(rows, 0)).toEqual([0, 1, 0.5])
  expect(rowOf(fitItemKnn(small, { neighbours: 10, shrinkage: 2 }), 0)).toEqual([0, 0.5, 0.25])
})

test('RP3beta is the chance of a walk, divided by the popularity of where it ends', () => {
  // From item 0: users 0 and 1 by ½ each, then their items by ½ and ⅓.
  const walk = fitRp3Beta(small, { neighbours: 10, alpha: 1, beta: 0 })
  expect(rowOf(walk, 0)).toEqual([0, Number((0.25 + 1 / 6).toFixed(4)), Number((1 / 6).toFixed(4))])
  const [, one = 0] = rowOf(fitRp3Beta(small, { neighbours: 10, alpha: 1, beta: 1 }), 0)
  expect(one).toBeCloseTo((0.25 + 1 / 6) / 2, 3)
})

test('only the strongest weights of a row are kept, in the order of their items, whatever their sign', () => {
  const rows = strongestOfRows(4, 2, (item, row) => row.set(item === 0 ? [9, 0.1, -0.5, 0.3] : [0, 0, 0, 0]))
  expect([...rows.items]).toEqual([2, 3])
  expect([...rows.values].map((value) => value.toFixed(1))).toEqual(['-0.5', '0.3'])
  expect([...rows.starts]).toEqual([0, 2, 2, 2, 2])
})

test('those kept are the first of the row sorted by amount, and of equal amounts the first columns', () => {
  const rowsDrawn = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(rowsDrawn, fc.integer({ min: 1, max: 45 }), (drawn, most) => {
      // The diagonal is none of them.
      const rows = strongestOfRows(drawn.length, most, (item, row) => (item === 0 ? row.set(drawn) : undefined))
      const columns = [...drawn.keys()].filter((column) => column > 0 && drawn[column] !== 0)
      const sorted = columns.toSorted((a, b) => Math.abs(drawn[b]!) - Math.abs(drawn[a]!) || a - b)
      expect([...rows.items]).toEqual(sorted.slice(0, most).toSorted((a, b) => a - b))
    }),
    { numRuns: 500 },
  )
})

test('a history is the sum of its rows, each times its value', () => {
  const scores = new Float64Array(3)
  const history = interactionsOf(
    [
      [
        { item: 0, value: 2, time: 0 },
        { item: 2, value: 1, time: 0 },
      ],
    ],
    3,
  )
  addHistory(sparseWeights(fitItemKnn(small, { neighbours: 10, shrinkage: 0 })), history, 0, scores)
  expect([...scores].map((score) => score.toFixed(4))).toEqual(['0.5000', '2.5000', '1.0000'])
})

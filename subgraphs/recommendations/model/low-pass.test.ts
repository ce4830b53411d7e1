import { expect, test } from 'vitest'
import { drawInteractions } from '../testing/drawn-interactions.ts'
import { countByItem, interactionsOf, itemsOf } from './interactions.ts'
import { fitLowPass } from './low-pass.ts'

const interactions = drawInteractions(60, 30)
const counts = countByItem(interactions)

function rowsOf(rank: number): Float64Array[] {
  const weights = fitLowPass(interactions, { rank })
  return Array.from({ length: interactions.itemCount }, (_, item) => {
    const row = new Float64Array(interactions.itemCount)
    weights.addRow(item, 1, row)
    return row
  })
}

test('one direction is what everybody shares: each row is the popularity of its targets', () => {
  const met = [[0, 1], [1, 2], [0, 1, 2], [0, 2], [1]]
  const small = interactionsOf(
    met.map((row) => row.map((item) => ({ item, value: 1, time: 0 }))),
    3,
  )
  const weights = fitLowPass(small, { rank: 1 })
  for (let item = 0; item < 3; item++) {
    const row = new Float64Array(3)
    weights.addRow(item, 1, row)
    for (const [other, count] of [3, 4, 3].entries()) expect(row[other]).toBeCloseTo(count / 10, 4)
  }
})

test('what is filtered stays as it is when it is filtered again', () => {
  const rows = rowsOf(4)
  for (const row of rows) {
    const again = new Float64Array(row.length)
    for (const [item, weight] of row.entries())
      for (let at = 0; at < row.length; at++) again[at]! += weight * rows[item]![at]!
    for (const [at, weight] of again.entries()) expect(weight).toBeCloseTo(row[at]!, 10)
  }
})

test('several rows at once are the sum of the rows, and more directions than there are items change nothing', () => {
  const weights = fitLowPass(interactions, { rank: 4 })
  const items = itemsOf(interactions, 0)
  const factors = Float32Array.from(items, (_, at) => 1 + at)
  const [one, other] = [new Float64Array(30), new Float64Array(30)]
  weights.addRows(items, factors, one)
  for (const [at, item] of items.entries()) weights.addRow(item, factors[at]!, other)
  for (const [at, score] of one.entries()) expect(score).toBeCloseTo(other[at]!, 10)
  for (const [item, row] of rowsOf(40).entries()) expect(row[item]).toBeCloseTo(counts[item]! > 0 ? 1 : 0, 6)
})

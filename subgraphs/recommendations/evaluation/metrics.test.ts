import { expect, test } from 'vitest'
import { createQualityMeter, qualityOf } from './metrics.ts'
import { topItems } from './ranking.ts'

test('nDCG, recall and precision of a list, by hand', () => {
  // Hits at the places 1 and 3 of four, with three to find.
  const { ndcg, recall, precision } = qualityOf([5, 9, 7, 8], new Set([5, 7, 1]), 4)
  const gain = 1 + 1 / Math.log2(4)
  expect(ndcg).toBeCloseTo(gain / (1 + 1 / Math.log2(3) + 1 / 2), 12)
  expect([recall, precision]).toEqual([2 / 3, 1 / 2])
})

test('the ideal list is no longer than the list: more to find than places is no fault', () => {
  expect(qualityOf([1, 2], new Set([1, 2, 3, 4]), 2)).toEqual({ ndcg: 1, recall: 0.5, precision: 1 })
})

test('means over users; coverage counts each item once, popularity bias is the share who know what is shown', () => {
  const meter = createQualityMeter(Float64Array.of(10, 5, 0, 0), 10)
  meter.add([0, 1], new Set([0]))
  meter.add([0, 1], new Set([3]))
  const { at, coverage, popularityBias, users } = meter.result()
  expect([at[10]?.recall, coverage, popularityBias, users]).toEqual([0.5, 0.5, 0.75, 2])
})

test('the best items come first, equal ones by their number, masked ones never', () => {
  expect(topItems(Float64Array.of(1, 3, 3, -Infinity, 2), 3)).toEqual([1, 2, 4])
  expect(topItems(Float64Array.of(-Infinity, -5), 3)).toEqual([1])
})

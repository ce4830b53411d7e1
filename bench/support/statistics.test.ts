import { expect, test } from 'vitest'
import { bootstrapMedian, geometricMean, median, seededRandom } from './statistics.ts'

test('the median is the middle value, or the mean of the two middle ones', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(() => median([])).toThrow(RangeError)
})

test('the bootstrap interval holds the median and is the same each time', () => {
  const random = seededRandom(1)
  const values = Array.from({ length: 25 }, () => 1 + (random() - 0.5) / 10)
  const estimate = bootstrapMedian(values)
  expect(estimate.low).toBeLessThanOrEqual(estimate.median)
  expect(estimate.high).toBeGreaterThanOrEqual(estimate.median)
  expect(bootstrapMedian(values)).toEqual(estimate)
})

test('the interval of equal values is that value', () => {
  expect(bootstrapMedian([2, 2, 2])).toEqual({ median: 2, low: 2, high: 2 })
})

test('the geometric mean of a ratio and its inverse is 1', () => {
  expect(geometricMean([4, 1 / 4])).toBeCloseTo(1)
  expect(geometricMean([2, 8])).toBeCloseTo(4)
  expect(() => geometricMean([])).toThrow(RangeError)
})

import { expect, test } from 'vitest'
import { bothOf, compareCosts, free, thenAsk } from './cost.ts'

test('requests to one subgraph in one level are one request', () => {
  expect(bothOf([new Set(['a'])], [new Set(['a', 'b']), new Set(['c'])])).toEqual([new Set(['a', 'b']), new Set(['c'])])
})

test('asking comes after what it needs, and before what follows', () => {
  expect(thenAsk([new Set(['a'])], 'b', [new Set(['c'])])).toEqual([new Set(['a']), new Set(['b']), new Set(['c'])])
})

test('fewer levels are cheaper than fewer requests', () => {
  const wide = [new Set(['a', 'b', 'c'])]
  const long = [new Set(['a']), new Set(['b'])]
  expect(compareCosts(wide, long)).toBeLessThan(0)
  expect(compareCosts(free, wide)).toBeLessThan(0)
  expect(compareCosts(long, [new Set(['a']), new Set(['b', 'c'])])).toBeLessThan(0)
})

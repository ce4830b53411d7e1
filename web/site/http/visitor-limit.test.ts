import { expect, test } from 'vitest'
import { createVisitorLimit } from './visitor-limit.ts'

test('a visitor who asks too fast waits, and no other visitor does', () => {
  let time = 0
  const take = createVisitorLimit({ burst: 3, perSecond: 0.5 }, () => time)
  expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 2])
  expect(take('b')).toBe(0)
  time = 2000
  expect([take('a'), take('a')]).toEqual([0, 2])
})

test('asking while one has to wait does not prolong it', () => {
  let time = 0
  const take = createVisitorLimit({ burst: 1, perSecond: 1 }, () => time)
  take('a')
  for (time = 100; time < 1000; time += 100) expect(take('a')).toBe(1)
  time = 1001
  expect(take('a')).toBe(0)
})

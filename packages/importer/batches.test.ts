import { expect, test } from 'vitest'
import { batchesOf, createBatchSizer } from './batches.ts'

test('a batch shrinks at once when it took too long and grows step by step when it was fast', () => {
  const sizer = createBatchSizer('sqlite')
  sizer.took(80)
  expect(sizer.size).toBe(20)
  sizer.took(1)
  expect(sizer.size).toBe(30)
  for (let n = 0; n < 50; n += 1) sizer.took(1)
  expect(sizer.size).toBe(500)
  for (let n = 0; n < 50; n += 1) sizer.took(10_000)
  expect(sizer.size).toBe(20)
})

test('what was applied before is left out and nothing else', async () => {
  const batches = await Array.fromAsync(batchesOf([1, 2, 3, 4, 5, 6, 7], 2, { size: 2 }))
  expect(batches).toEqual([[3, 4], [5, 6], [7]])
  expect(await Array.fromAsync(batchesOf([1, 2], 2, { size: 2 }))).toEqual([])
})

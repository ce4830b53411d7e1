import { expect, test } from 'vitest'
import { createRetryBudget } from './retry-budget.ts'

test('of a thousand calls that all fail a tenth is retried, besides the ten that were saved up', () => {
  const budget = createRetryBudget()
  let retries = 0
  for (let call = 0; call < 1000; call += 1) {
    budget.deposit()
    if (budget.take()) retries += 1
  }
  expect(retries).toBeLessThanOrEqual(110)
  expect(retries).toBeGreaterThan(105)
})

test('however long all goes well, no more than ten retries are saved up', () => {
  const budget = createRetryBudget()
  for (let call = 0; call < 100_000; call += 1) budget.deposit()
  const taken = Array.from({ length: 20 }, () => budget.take()).filter(Boolean)
  expect(taken).toHaveLength(10)
})

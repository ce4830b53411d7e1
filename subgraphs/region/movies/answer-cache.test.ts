import { expect, test } from 'vitest'
import { createAnswerCache } from './answer-cache.ts'

function countingCache(limits: { lifetimeMs: number; capacity: number }) {
  const clock = { now: 0 }
  const made: string[] = []
  const cache = createAnswerCache<string>(limits, () => clock.now)
  const ask = (key: string): Promise<string> =>
    cache(key, async () => {
      made.push(key)
      return `${key} at ${clock.now}`
    })
  return { clock, made, ask, cache }
}

test('an answer is made once in its lifetime, and anew afterwards', async () => {
  const { clock, ask } = countingCache({ lifetimeMs: 5, capacity: 10 })
  expect(await ask('a')).toBe('a at 0')
  clock.now = 4
  expect(await ask('a')).toBe('a at 0')
  clock.now = 5
  expect(await ask('a')).toBe('a at 5')
})

test('everybody who asks while an answer is being made shares it', async () => {
  const { ask, made } = countingCache({ lifetimeMs: 5, capacity: 10 })
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['a at 0', 'a at 0', 'b at 0'])
  expect(made).toEqual(['a', 'b'])
})

test('beyond the capacity the oldest answer goes', async () => {
  const { ask, made } = countingCache({ lifetimeMs: 5, capacity: 2 })
  for (const key of ['a', 'b', 'c', 'b', 'a']) await ask(key)
  expect(made).toEqual(['a', 'b', 'c', 'a'])
})

test('a failure is told and not kept', async () => {
  const { cache, ask } = countingCache({ lifetimeMs: 5, capacity: 2 })
  await expect(cache('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect(await ask('a')).toBe('a at 0')
})

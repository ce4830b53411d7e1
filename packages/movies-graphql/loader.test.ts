import { expect, test } from 'vitest'
import { createLoader } from './loader.ts'

test('keys asked for in one turn are loaded together and answered in their own order', async () => {
  const calls: number[][] = []
  const loader = createLoader(async (keys: readonly number[]) => {
    calls.push([...keys])
    return keys.map((key) => key * 10)
  })
  expect(await Promise.all([3, 1, 3, 2].map((key) => loader.load(key)))).toEqual([30, 10, 30, 20])
  expect(calls).toEqual([[3, 1, 2]])
})

test('a key that was answered before is not loaded again', async () => {
  const calls: string[][] = []
  const loader = createLoader(async (keys: readonly string[]) => {
    calls.push([...keys])
    return keys
  })
  await loader.load('a')
  await Promise.all([loader.load('a'), loader.load('b')])
  expect(calls).toEqual([['a'], ['b']])
})

test('an undefined or null answer is an answer', async () => {
  const loader = createLoader(async (keys: readonly number[]) => keys.map(() => null))
  expect(await loader.load(7)).toBeNull()
})

test('a failed load fails each of its keys', async () => {
  const loader = createLoader<number, number>(() => Promise.reject(new Error('the database is gone')))
  const answers = await Promise.allSettled([loader.load(1), loader.load(2)])
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

test('too few answers fail the keys that got none instead of leaving them waiting', async () => {
  const loader = createLoader(async () => ['only one'])
  const [first, second] = await Promise.allSettled([loader.load(1), loader.load(2)])
  expect(first).toEqual({ status: 'fulfilled', value: 'only one' })
  expect(second.status).toBe('rejected')
})

test('the size of each batch is told', async () => {
  const sizes: number[] = []
  const loader = createLoader(
    async (keys: readonly number[]) => keys,
    (size) => sizes.push(size),
  )
  await Promise.all([1, 2, 2, 3].map((key) => loader.load(key)))
  await loader.load(4)
  expect(sizes).toEqual([3, 1])
})

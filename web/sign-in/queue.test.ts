import { expect, test } from 'vitest'
import { createQueue } from './queue.ts'

function createWork() {
  let active = 0
  let most = 0
  const ends: Array<() => void> = []
  const work = async (): Promise<string> => {
    most = Math.max(most, ++active)
    await new Promise<void>((resolve) => ends.push(resolve))
    active--
    return 'done'
  }
  return { work, endOne: () => ends.shift()?.(), most: () => most }
}

test('a few run at once, the others in their turn, and all get their results', async () => {
  const { work, endOne, most } = createWork()
  const queue = createQueue({ running: 2, waiting: 10 })
  const all = Promise.all(Array.from({ length: 6 }, () => queue(work)))
  for (let ended = 0; ended < 6; ended++) {
    endOne()
    await Promise.resolve()
    await new Promise(setImmediate)
  }
  expect(await all).toEqual(Array.from({ length: 6 }, () => 'done'))
  expect(most()).toBe(2)
})

test('who would wait behind too many is refused at once', async () => {
  const { work, endOne } = createWork()
  const queue = createQueue({ running: 1, waiting: 1 })
  const admitted = [queue(work), queue(work)]
  await expect(queue(work)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
  endOne()
  await admitted[0]
  endOne()
  await admitted[1]
})

test('work that fails gives its place away', async () => {
  const queue = createQueue({ running: 1, waiting: 1 })
  const failing = queue(async () => {
    throw new Error('no')
  })
  const after = queue(async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await after).toBe('yes')
})

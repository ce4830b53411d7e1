import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBulkhead, type Bulkhead } from './bulkhead.ts'

const onCrowded = vi.fn<() => void>()
let bulkhead: Bulkhead
beforeEach(() => {
  vi.useFakeTimers()
  onCrowded.mockClear()
  bulkhead = createBulkhead('one', { concurrency: 2, queueLength: 2 }, onCrowded)
})
afterEach(() => void vi.useRealTimers())

const patience = (signal?: AbortSignal): { signal: AbortSignal | undefined; deadline: number } => ({
  signal,
  deadline: performance.now() + 1000,
})

test('so many calls at a time, so many in a queue in order, and the next is refused at once', async () => {
  const order: string[] = []
  expect([bulkhead.enter(patience()), bulkhead.enter(patience())]).toEqual([undefined, undefined])
  const third = bulkhead.enter(patience())?.then(() => order.push('third'))
  const fourth = bulkhead.enter(patience())?.then(() => order.push('fourth'))
  await expect(bulkhead.enter(patience())).rejects.toMatchObject({ kind: 'crowded', code: 'SUBGRAPH_UNAVAILABLE' })
  expect(onCrowded).toHaveBeenCalledOnce()
  bulkhead.leave()
  await third
  bulkhead.leave()
  await fourth
  expect(order).toEqual(['third', 'fourth'])
})

test('everybody gone, there is room for as many as at first', () => {
  for (const _ of [1, 2]) void bulkhead.enter(patience())
  for (const _ of [1, 2]) bulkhead.leave()
  expect([bulkhead.enter(patience()), bulkhead.enter(patience())]).toEqual([undefined, undefined])
  expect(bulkhead.enter(patience())).toBeInstanceOf(Promise)
})

test('who waits until the deadline gives up as a timeout, and leaves its place in the queue', async () => {
  for (const _ of [1, 2]) void bulkhead.enter(patience())
  const ended = Promise.allSettled([1, 2].map(async () => bulkhead.enter(patience())))
  vi.advanceTimersByTime(1000)
  expect(await ended).toMatchObject([{ reason: { kind: 'timeout' } }, { reason: { kind: 'timeout' } }])
  const next = bulkhead.enter(patience())
  bulkhead.leave()
  await expect(next).resolves.toBeUndefined()
})

test('who waits for a client that hangs up gives up at once', async () => {
  for (const _ of [1, 2]) void bulkhead.enter(patience())
  const client = new AbortController()
  const waiting = bulkhead.enter(patience(client.signal))
  client.abort()
  await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' })
})

import type { AvailabilityChangeRow } from '@movieverse/titles/rows.ts'
import { expect, test } from 'vitest'
import { createChangeFeed, type ChangeFeedOptions } from './change-feed.ts'

function changeOf(id: number, regionCode = 'IN'): AvailabilityChangeRow {
  const at = new Date(0)
  const offer = { offerType: null, availableFrom: at, availableUntil: null, changedAt: at }
  return { id, titleId: id, regionCode, kind: 'ADDED', ...offer }
}

/** A log in memory, which counts how often it is read and can be told to fail. */
class MemoryLog {
  readonly changes: AvailabilityChangeRow[] = [changeOf(1)]
  reads = 0
  isBroken = false

  async listChangesAfter(after: number): Promise<AvailabilityChangeRow[]> {
    this.reads += 1
    if (this.isBroken) throw new Error('the database is away')
    return this.changes.filter(({ id }) => id > after)
  }

  async findLatestChangeId(): Promise<number> {
    if (this.isBroken) throw new Error('the database is away')
    return this.changes.at(-1)?.id ?? 0
  }
}

const feedOf = (source: ChangeFeedOptions['source'], errors: unknown[] = []): ReturnType<typeof createChangeFeed> =>
  createChangeFeed({ source, everyMs: 1, onError: (error) => errors.push(error) })

/** Lets as much time pass as a feed needs to tell of five changes one after the other. */
async function someTime(): Promise<void> {
  const log = new MemoryLog()
  const stream = await feedOf(log).subscribe(null)
  for (let id = 2; id < 7; id += 1) {
    log.changes.push(changeOf(id))
    await stream.next()
  }
  await stream.return()
}

test('all subscribers of a process share one reader, which rests while there are none', async () => {
  const log = new MemoryLog()
  const feed = feedOf(log)
  await someTime()
  expect(log.reads).toBe(0)
  const [all, india, usa] = await Promise.all([feed.subscribe(null), feed.subscribe('IN'), feed.subscribe('US')])
  log.changes.push(changeOf(2, 'US'), changeOf(3, 'IN'))
  const told = await Promise.all([all.next(), all.next(), india.next(), usa.next()])
  expect(told.map(({ value }) => value?.id)).toEqual([2, 3, 3, 2])
  for (const stream of [all, india, usa]) await stream.return()
  const { reads } = log
  await someTime()
  expect(log.reads).toBe(reads)
})

test('a subscriber is not told of what happened before', async () => {
  const log = new MemoryLog()
  const feed = feedOf(log)
  await (await feed.subscribe(null)).return()
  log.changes.push(changeOf(2))
  const stream = await feed.subscribe(null)
  log.changes.push(changeOf(3))
  expect((await stream.next()).value?.id).toBe(3)
  await stream.return()
})

test('a database that is away delays what is told, and a subscription that cannot begin is refused', async () => {
  const log = new MemoryLog()
  const errors: unknown[] = []
  const feed = feedOf(log, errors)
  log.isBroken = true
  await expect(feed.subscribe(null)).rejects.toThrow('away')
  log.isBroken = false
  const stream = await feed.subscribe(null)
  log.isBroken = true
  log.changes.push(changeOf(2))
  await someTime()
  expect(errors.length).toBeGreaterThan(0)
  log.isBroken = false
  expect((await stream.next()).value?.id).toBe(2)
  feed.close()
  expect(await stream.next()).toEqual({ value: undefined, done: true })
})

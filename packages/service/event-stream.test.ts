import { describe, expect, test } from 'vitest'
import { EventStream, mapEvents } from './event-stream.ts'

const done = { value: undefined, done: true }

describe('a stream of events', () => {
  test('gives events in order, whether they come before or after they are asked for', async () => {
    const events = new EventStream<number>()
    events.push(1)
    const read = [events.next(), events.next()]
    events.push(2)
    expect(await Promise.all(read)).toEqual([
      { value: 1, done: false },
      { value: 2, done: false },
    ])
  })

  test('ends at once for a reader that waits, and tells its source once', async () => {
    let ends = 0
    const events = new EventStream<number>(() => (ends += 1))
    const waiting = events.next()
    await events.return()
    await events.return()
    events.push(1)
    expect([await waiting, await events.next(), ends]).toEqual([done, done, 1])
  })

  test('that fails gives what came before, then the error, then nothing', async () => {
    const events = new EventStream<number>()
    events.push(1)
    events.fail(new Error('lost'))
    expect(await events.next()).toEqual({ value: 1, done: false })
    await expect(events.next()).rejects.toThrow('lost')
    expect(await events.next()).toEqual(done)
  })

  test('that nobody reads is given up before it fills the memory', async () => {
    let isWanted = true
    const events = new EventStream<number>(() => (isWanted = false))
    for (let count = 0; count <= 1000; count += 1) events.push(count)
    expect(isWanted).toBe(false)
    await expect(events.next()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
  })
})

describe('a mapped stream', () => {
  test('gives each event as something else and ends with its source', async () => {
    const source = new EventStream<number>()
    source.push(2)
    source.end()
    const results = mapEvents(
      source,
      async (event) => event * 10,
      () => {},
    )
    expect([await results.next(), await results.next()]).toEqual([{ value: 20, done: false }, done])
  })

  test('that is ended while it waits ends its source at once', async () => {
    let ends = 0
    const source = new EventStream<number>(() => (ends += 1))
    const results = mapEvents(
      source,
      async (event) => event,
      () => (ends += 1),
    )
    const waiting = results.next()
    await results.return(undefined)
    expect([await waiting, await results.next(), ends]).toEqual([done, done, 2])
  })

  test('passes on what its source throws', async () => {
    const source = new EventStream<number>()
    source.fail(new Error('lost'))
    await expect(
      mapEvents(
        source,
        async (event) => event,
        () => {},
      ).next(),
    ).rejects.toThrow('lost')
  })
})

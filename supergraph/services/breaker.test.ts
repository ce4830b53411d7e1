import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBreaker, type Breaker } from './breaker.ts'
import { SubgraphFailure } from './subgraph-failures.ts'

let breaker: Breaker
beforeEach(() => {
  vi.useFakeTimers()
  breaker = createBreaker('one', { breakerFailures: 10, breakerResetMs: 2000 })
})
afterEach(() => {
  breaker.close()
  vi.useRealTimers()
})

const fail = async (): Promise<never> => {
  throw new SubgraphFailure('one', 'unreachable')
}
const succeed = async (): Promise<string> => 'answer'

/** Makes calls one after the other; answers what each came to. */
async function outcomes(count: number, call: () => Promise<string>): Promise<string[]> {
  const all: string[] = []
  for (let index = 0; index < count; index += 1) {
    all.push(await breaker.run(call).catch((error: SubgraphFailure) => error.kind))
  }
  return all
}

test('it opens with the tenth failure in a row, and from then on nothing is called', async () => {
  expect(await outcomes(9, fail)).toEqual(Array.from({ length: 9 }, () => 'unreachable'))
  expect(breaker.state).toBe(0)
  await outcomes(1, fail)
  expect([breaker.state, breaker.isRefusing]).toEqual([2, true])
  const call = vi.fn<() => Promise<string>>(succeed)
  expect(await outcomes(3, call)).toEqual(['refused', 'refused', 'refused'])
  expect(call).not.toHaveBeenCalled()
})

test('thousands of answers before it do not keep it closed', async () => {
  await outcomes(2000, succeed)
  await outcomes(10, fail)
  expect(breaker.state).toBe(2)
})

test('it opens when over half of many calls fail, though never ten in a row', async () => {
  for (let round = 0; round < 10 && breaker.state === 0; round += 1) {
    await outcomes(1, succeed)
    await outcomes(2, fail)
  }
  expect(breaker.state).toBe(2)
})

test('an answer between failures keeps it closed while most calls are answered', async () => {
  for (let round = 0; round < 20; round += 1) {
    await outcomes(9, succeed)
    await outcomes(8, fail)
  }
  expect(breaker.state).toBe(0)
})

test('half-open, it lets one call through and refuses the others until that one has ended', async () => {
  await outcomes(10, fail)
  vi.advanceTimersByTime(1999)
  expect(breaker.state).toBe(2)
  vi.advanceTimersByTime(1)
  expect([breaker.state, breaker.isRefusing]).toEqual([1, false])
  const probe = Promise.withResolvers<string>()
  const probing = breaker.run(async (isProbe) => `${await probe.promise} ${isProbe}`)
  expect(await outcomes(2, succeed)).toEqual(['refused', 'refused'])
  probe.resolve('back')
  expect(await probing).toBe('back true')
  expect(breaker.state).toBe(0)
  expect(await outcomes(1, succeed)).toEqual(['answer'])
})

test('a probe that fails opens it again for as long', async () => {
  await outcomes(10, fail)
  vi.advanceTimersByTime(2000)
  expect(await outcomes(2, fail)).toEqual(['unreachable', 'refused'])
  vi.advanceTimersByTime(1999)
  expect(breaker.isRefusing).toBe(true)
  vi.advanceTimersByTime(1)
  expect(await outcomes(1, succeed)).toEqual(['answer'])
})

test('a cancelled call is neither a failure nor an answer', async () => {
  const cancel = async (): Promise<never> => {
    throw new SubgraphFailure('one', 'cancelled')
  }
  await outcomes(9, fail)
  expect(await outcomes(50, cancel)).toContain('cancelled')
  expect(breaker.state).toBe(0)
  await outcomes(1, fail)
  expect(breaker.state).toBe(2)
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createResilientService, type ResilientService, type SendRequest } from './resilient-service.ts'
import { SubgraphFailure, type FailureKind } from './subgraph-failures.ts'

const count = vi.fn<(...labels: unknown[]) => void>
const metrics = { requested: count(), retried: count(), moved: count(), crowded: count(), failedOver: count() }
const policy = { breakerFailures: 10, breakerResetMs: 2000, concurrency: 4, queueLength: 4 }
const good = { answer: { data: {}, errors: [] }, statusCode: 200 }

let service: ResilientService | undefined
beforeEach(() => {
  vi.useFakeTimers()
  for (const metric of Object.values(metrics)) metric.mockClear()
})
afterEach(() => {
  service?.breaker.close()
  vi.useRealTimers()
})

/** A service that fails so and so, and then answers. */
function failing(...kinds: FailureKind[]): { service: ResilientService; sent: ReturnType<typeof vi.fn<SendRequest>> } {
  const sent = vi.fn<SendRequest>(async () => {
    const kind = kinds.shift()
    if (kind) throw new SubgraphFailure('one', kind)
    return good
  })
  service = createResilientService('one', policy, sent, metrics)
  return { service, sent }
}

async function call(asked: ResilientService, changes: { mayRetry?: boolean; within?: number } = {}): Promise<unknown> {
  const deadline = performance.now() + (changes.within ?? 3000)
  const result = asked
    .call({
      body: '{}',
      headers: {},
      signal: undefined,
      deadline,
      mayRetry: changes.mayRetry ?? true,
      wantsBytes: false,
    })
    .catch((error: SubgraphFailure) => error.kind)
  await vi.advanceTimersByTimeAsync(100)
  return result
}

test.each(['unreachable', 'timeout', 'failing'] as const)(
  'a query that fails as %s is sent once more',
  async (kind) => {
    const { service: asked, sent } = failing(kind)
    expect(await call(asked)).toEqual(good.answer)
    expect(sent).toHaveBeenCalledTimes(2)
    expect(metrics.retried).toHaveBeenCalledExactlyOnceWith('one')
  },
)

test('a query is not sent a third time', async () => {
  const { service: asked, sent } = failing('unreachable', 'timeout', 'unreachable')
  expect(await call(asked)).toBe('timeout')
  expect(sent).toHaveBeenCalledTimes(2)
})

test('a mutation is never sent again', async () => {
  const { service: asked, sent } = failing('unreachable')
  expect(await call(asked, { mayRetry: false })).toBe('unreachable')
  expect(sent).toHaveBeenCalledOnce()
})

test.each(['unusable', 'cancelled'] as const)('what a second try would not mend is not retried: %s', async (kind) => {
  const { service: asked, sent } = failing(kind)
  expect(await call(asked)).toBe(kind)
  expect(sent).toHaveBeenCalledOnce()
})

test('there is no second try after the deadline', async () => {
  const { service: asked, sent } = failing('timeout')
  expect(await call(asked, { within: 0 })).toBe('timeout')
  expect(sent).toHaveBeenCalledOnce()
})

test('retries end with their budget: a tenth of the calls, and the ten that were saved up', async () => {
  const sent: SendRequest = async ({ body }) => {
    if (body === 'bad') throw new SubgraphFailure('one', 'unreachable')
    return good
  }
  const asked = (service = createResilientService('one', policy, sent, metrics))
  for (let count = 0; count < 300; count += 1) {
    const body = count % 4 === 0 ? 'bad' : 'good'
    const given = {
      body,
      headers: {},
      signal: undefined,
      deadline: performance.now() + 3000,
      mayRetry: true,
      wantsBytes: false,
    }
    const result = asked.call(given).catch(() => undefined)
    await vi.advanceTimersByTimeAsync(60)
    await result
  }
  const retries = metrics.retried.mock.calls.length
  expect(retries).toBeLessThanOrEqual(40)
  expect(retries).toBeGreaterThan(35)
})

test('an answer under the status of a failure reaches the client, and still opens the breaker', async () => {
  const answer = { data: undefined, errors: [{ message: 'no' }] }
  service = createResilientService('one', policy, async () => ({ answer, statusCode: 503 }), metrics)
  for (let count = 0; count < 10; count += 1) expect(await call(service)).toBe(answer)
  expect(service.breaker.state).toBe(2)
  expect(await call(service)).toBe('refused')
  expect(metrics.requested).toHaveBeenCalledWith('one', 'failing', expect.any(Number))
  expect(metrics.requested).toHaveBeenCalledTimes(10)
})

test('errors in an answer are no failures of the service', async () => {
  const answer = { data: null, errors: [{ message: 'first is too large' }] }
  service = createResilientService('one', policy, async () => ({ answer, statusCode: 200 }), metrics)
  for (let count = 0; count < 30; count += 1) expect(await call(service)).toBe(answer)
  expect(service.breaker.state).toBe(0)
})

test('calls beyond the bulkhead are refused at once, and those that hang there are no burden to it for ever', async () => {
  service = createResilientService('one', policy, () => new Promise(() => {}), metrics)
  const within = { body: '{}', headers: {}, signal: undefined, mayRetry: false, wantsBytes: false }
  const ask = async (): Promise<unknown> =>
    service?.call({ ...within, deadline: performance.now() + 500 }).catch((error: SubgraphFailure) => error.kind)
  const calls = Array.from({ length: 10 }, ask)
  await vi.advanceTimersByTimeAsync(500)
  expect(await Promise.all(calls.slice(4))).toEqual(['timeout', 'timeout', 'timeout', 'timeout', 'crowded', 'crowded'])
  expect(metrics.crowded).toHaveBeenCalledTimes(2)
})

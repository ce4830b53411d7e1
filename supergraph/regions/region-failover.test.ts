import { afterEach, expect, test, vi } from 'vitest'
import { createResilientService, type ResilientService } from '../services/resilient-service.ts'
import { SubgraphFailure, type FailureKind } from '../services/subgraph-failures.ts'
import { createRegionFailover, isRegionService, type OnFailover } from './region-failover.ts'

const policy = { breakerFailures: 3, breakerResetMs: 2000, concurrency: 4, queueLength: 4 }
const count = vi.fn<(...labels: unknown[]) => void>
const metrics = { requested: count(), retried: count(), moved: count(), crowded: count(), failedOver: count() }
const opened: ResilientService[] = []
afterEach(() => {
  for (const { breaker } of opened.splice(0)) breaker.close()
  for (const metric of Object.values(metrics)) metric.mockClear()
})

type Health = { india?: FailureKind; usa?: FailureKind; uk?: FailureKind }

/** Region services that fail as they are told, which can be changed. */
function platform(health: Health): {
  ask: (options?: { signal?: AbortSignal; deadline?: number }) => Promise<unknown>
  asked: string[]
  services: ResilientService[]
} {
  const asked: string[] = []
  const services = (['india', 'usa', 'uk'] as const).map((name) =>
    createResilientService(
      name,
      policy,
      async () => {
        asked.push(name)
        const kind = health[name]
        if (kind) throw new SubgraphFailure(name, kind)
        return { answer: { data: name, errors: [] }, statusCode: 200 }
      },
      metrics,
    ),
  )
  opened.push(...services)
  const callRegion = createRegionFailover(services, metrics)
  const [home] = services
  const ask = async (options: { signal?: AbortSignal; deadline?: number } = {}): Promise<unknown> => {
    const call = {
      body: '{}',
      headers: {},
      signal: undefined,
      deadline: performance.now() + 3000,
      mayRetry: true,
      wantsBytes: false,
    }
    return home && callRegion(home, { ...call, ...options }, undefined).then(({ data }) => data)
  }
  return { ask, asked, services }
}

test('a region’s own service answers while it can', async () => {
  const { ask, asked } = platform({})
  expect([await ask(), await ask()]).toEqual(['india', 'india'])
  expect(asked).toEqual(['india', 'india'])
  expect(metrics.failedOver).not.toHaveBeenCalled()
})

test.each(['unreachable', 'timeout', 'failing'] as const)(
  'where it fails as %s another region’s service answers, and that is counted',
  async (kind) => {
    const { ask, asked } = platform({ india: kind })
    expect(await ask()).toBe('usa')
    expect(asked).toEqual(['india', 'usa'])
    expect(metrics.failedOver).toHaveBeenCalledExactlyOnceWith('IN', 'usa')
    expect(metrics.retried).not.toHaveBeenCalled()
  },
)

test('once its breaker is open it is not asked first, and the others share its calls', async () => {
  const { ask, asked } = platform({ india: 'unreachable' })
  for (let count = 0; count < 3; count += 1) await ask()
  asked.length = 0
  for (let count = 0; count < 4; count += 1) await ask()
  expect(asked.toSorted()).toEqual(['uk', 'uk', 'usa', 'usa'])
})

test('who takes over is told of it', async () => {
  const { services } = platform({ india: 'timeout' })
  const [home] = services
  const onFailover = vi.fn<OnFailover>()
  const call = {
    body: '{}',
    headers: {},
    signal: undefined,
    deadline: performance.now() + 3000,
    mayRetry: true,
    wantsBytes: false,
  }
  if (home) await createRegionFailover(services, metrics)(home, call, onFailover)
  expect(onFailover).toHaveBeenCalledExactlyOnceWith({ region: 'IN', from: 'india', to: 'usa' })
})

test('the third one answers where the second is down too', async () => {
  const { ask, asked } = platform({ india: 'unreachable', usa: 'unreachable' })
  expect(await ask()).toBe('uk')
  expect(asked).toEqual(['india', 'usa', 'uk'])
})

test('where all are down the error is the home service’s, and each was asked once', async () => {
  const { ask, asked } = platform({ india: 'timeout', usa: 'unreachable', uk: 'unreachable' })
  await expect(ask()).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT', details: { service: 'india' } })
  expect(asked).toEqual(['india', 'usa', 'uk'])
})

test.each(['unusable', 'crowded', 'cancelled'] as const)('a call that fails as %s stays where it was', async (kind) => {
  const { ask, asked } = platform({ india: kind })
  await expect(ask()).rejects.toMatchObject({ kind })
  expect(asked).toEqual(['india'])
})

test('no other service is asked after the deadline, or for a client who is gone', async () => {
  const late = platform({ india: 'timeout' })
  await expect(late.ask({ deadline: performance.now() })).rejects.toMatchObject({ kind: 'timeout' })
  const gone = platform({ india: 'unreachable' })
  await expect(gone.ask({ signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'unreachable' })
  expect([...late.asked, ...gone.asked]).toEqual(['india', 'india'])
})

test('region services are the subgraphs that the list of regions names', () => {
  expect(['india', 'usa', 'uk', 'catalog'].map(isRegionService)).toEqual([true, true, true, false])
})

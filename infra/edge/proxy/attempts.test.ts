import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { upstreamOf } from '../../../tests/edge/support/entities.ts'
import { exchangeOf, route, service } from '../../../tests/edge/support/plugin-bench.ts'
import { ServiceTargets } from '../balancer/balancer.ts'
import { Upstream } from '../balancer/upstream.ts'
import type { Exchange } from '../exchange.ts'
import { Attempts } from './attempts.ts'
import { ClientAnswer } from './client-answer.ts'

const failures = 'unhealthy: {tcp_failures: 2, http_failures: 1, http_statuses: [503]}'

/** Attempts with one retry at a target that is out after two refused connections. */
function attemptsOf(): { attempts: Attempts; exchange: Exchange; upstream: Upstream } {
  const exchange = exchangeOf()
  const chain = { consumer: undefined, access: [], headers: [], log: [] }
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const answer = new ClientAnswer(exchange, chain, response, { warn: () => undefined, isDraining: () => false })
  const upstream = new Upstream(
    upstreamOf(`targets: [{target: "10.0.0.1:80"}], healthchecks: {passive: {${failures}}}`),
  )
  const parts = { answer, route, service: { ...service, retries: 1 }, targets: new ServiceTargets(service, upstream) }
  return { attempts: new Attempts(parts), exchange, upstream }
}

const refused = new Error('refused')

test('an attempt that is followed by another has failed; the last one only if it used up the retries', () => {
  const { attempts, exchange } = attemptsOf()
  attempts.next()
  expect(attempts.fail(refused, true)).toBe(true)
  attempts.next()
  expect(attempts.fail(refused, true)).toBe(false)
  expect(exchange.tries.map(({ state, code }) => [state, code])).toEqual([
    ['failed', 502],
    ['failed', 502],
  ])
  expect(exchange.upstreamStatus).toBe('502, 502')
})

test('an attempt that may not be repeated is a try without a state', () => {
  const { attempts, exchange } = attemptsOf()
  attempts.next()
  expect(attempts.fail(refused, false)).toBe(false)
  expect(exchange.tries.map(({ state }) => state)).toEqual([undefined])
})

test('of the last attempt the balancer gets to know the status of the answer, of others that they were refused', () => {
  const { attempts, upstream } = attemptsOf()
  const [peer] = upstream.peers
  for (let round = 0; round < 2; round++) {
    attempts.next()
    attempts.fail(refused, true)
  }
  expect(peer?.isHealthy).toBe(true)
  const again = attemptsOf()
  again.upstream.reportPassive(again.upstream.peers[0] ?? never(), { kind: 'refused' })
  again.attempts.next()
  again.attempts.fail(refused, true)
  expect(again.upstream.peers[0]?.isHealthy).toBe(false)
})

test('a name that is not found is no try', () => {
  const { attempts, exchange, upstream } = attemptsOf()
  attempts.next()
  attempts.fail(Object.assign(new Error('dns'), { code: 'ENOTFOUND' }), true)
  expect(exchange.tries).toEqual([])
  expect(upstream.stateOf(upstream.peers[0] ?? never())).toBe('DNS_ERROR')
})

function never(): never {
  throw new Error('no target')
}

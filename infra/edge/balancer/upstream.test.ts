import { expect, test } from 'vitest'
import { upstreamOf } from '../../../tests/edge/support/entities.ts'
import { Upstream } from './upstream.ts'

const twoTargets = 'targets: [{target: "10.0.0.1:80", weight: 100}, {target: "10.0.0.2:80", weight: 100}]'

function chosenTimes(upstream: Upstream, times: number): Record<string, number> {
  const counts: Record<string, number> = {}
  for (let count = 0; count < times; count++) {
    const host = upstream.next([])?.host ?? 'none'
    counts[host] = (counts[host] ?? 0) + 1
  }
  return counts
}

test('every run as long as the sum of the weights gives each target its exact share', () => {
  const fields = 'targets: [{target: "a:1", weight: 200}, {target: "b:1", weight: 100}, {target: "c:1", weight: 0}]'
  const upstream = new Upstream(upstreamOf(fields))
  expect(chosenTimes(upstream, 3)).toEqual({ a: 2, b: 1 })
  expect(chosenTimes(upstream, 12)).toEqual({ a: 8, b: 4 })
})

test('there is no target where there is none, or none with a weight', () => {
  expect(new Upstream(upstreamOf('tags: []')).next([])).toBeUndefined()
  expect(new Upstream(upstreamOf('targets: [{target: "a:1", weight: 0}]')).next([])).toBeUndefined()
})

test('a repeated attempt goes to another target, and to the same where there is no other', () => {
  const upstream = new Upstream(upstreamOf(twoTargets))
  const [first, second] = upstream.peers
  for (let count = 0; count < 4; count++) expect(upstream.next(first ? [first] : [])).toBe(second)
  expect(upstream.next([...upstream.peers])).toBeDefined()
})

test('failures in a row take a target out, a success between them does not count on', () => {
  const passive = 'passive: {unhealthy: {tcp_failures: 2}, healthy: {successes: 1}}'
  const upstream = new Upstream(upstreamOf(`${twoTargets}, healthchecks: {${passive}}`))
  const [first] = upstream.peers
  if (!first) throw new Error('no target')
  upstream.reportPassive(first, { kind: 'refused' })
  upstream.reportPassive(first, { kind: 'status', status: 200 })
  upstream.reportPassive(first, { kind: 'refused' })
  expect(upstream.stateOf(first)).toBe('HEALTHY')
  upstream.reportPassive(first, { kind: 'refused' })
  expect(upstream.stateOf(first)).toBe('UNHEALTHY')
  expect(chosenTimes(upstream, 4)).toEqual({ '10.0.0.2': 4 })
})

test('a status that counts as a failure takes a target out, active successes bring it back', () => {
  const active = 'active: {healthy: {interval: 1, successes: 2}, unhealthy: {interval: 1, http_failures: 1}}'
  const upstream = new Upstream(upstreamOf(`${twoTargets}, healthchecks: {${active}}`))
  const [first] = upstream.peers
  if (!first) throw new Error('no target')
  upstream.reportActive(first, { kind: 'status', status: 503 })
  expect(upstream.stateOf(first)).toBe('UNHEALTHY')
  upstream.reportActive(first, { kind: 'status', status: 200 })
  expect(upstream.stateOf(first)).toBe('UNHEALTHY')
  upstream.reportActive(first, { kind: 'status', status: 200 })
  expect(upstream.stateOf(first)).toBe('HEALTHY')
})

test('checks that are off change nothing, and the state says so', () => {
  const upstream = new Upstream(upstreamOf(twoTargets))
  const [first] = upstream.peers
  if (!first) throw new Error('no target')
  for (let count = 0; count < 300; count++) upstream.reportPassive(first, { kind: 'refused' })
  expect(upstream.stateOf(first)).toBe('HEALTHCHECKS_OFF')
  expect(chosenTimes(upstream, 2)).toEqual({ '10.0.0.1': 1, '10.0.0.2': 1 })
})

test('below its threshold of healthy weight the whole upstream is out', () => {
  const checks = 'healthchecks: {threshold: 60, passive: {unhealthy: {tcp_failures: 1}}}'
  const upstream = new Upstream(upstreamOf(`${twoTargets}, ${checks}`))
  const [first] = upstream.peers
  if (!first) throw new Error('no target')
  upstream.reportPassive(first, { kind: 'refused' })
  expect(upstream.next([])).toBeUndefined()
})

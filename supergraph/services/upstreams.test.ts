import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createUpstreams, skipMs } from './upstreams.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const firsts = (count: number, upstreams: { order(): readonly string[] }): string =>
  Array.from({ length: count }, () => upstreams.order()[0]).join('')

test('all that are alive take turns', () => {
  expect(firsts(6, createUpstreams(['a', 'b', 'c']))).toBe('abcabc')
})

test('one that failed comes last until its time is over; then one call tries it', () => {
  const upstreams = createUpstreams(['a', 'b'])
  upstreams.failed('a')
  expect(firsts(4, upstreams)).toBe('bbbb')
  expect(upstreams.order()).toEqual(['b', 'a'])
  vi.advanceTimersByTime(skipMs)
  expect(firsts(6, upstreams).replaceAll('b', '')).toBe('a')
})

test('one that answers again takes its turns again', () => {
  const upstreams = createUpstreams(['a', 'b'])
  upstreams.failed('a')
  vi.advanceTimersByTime(skipMs)
  while (upstreams.order()[0] !== 'a');
  upstreams.answered('a')
  expect(firsts(4, upstreams).replaceAll('b', '')).toBe('aa')
})

test('where all failed, the one that did so first is tried first', () => {
  const upstreams = createUpstreams(['a', 'b', 'c'])
  for (const name of ['b', 'c', 'a']) {
    upstreams.failed(name)
    vi.advanceTimersByTime(10)
  }
  expect(upstreams.order()).toEqual(['b', 'c', 'a'])
})

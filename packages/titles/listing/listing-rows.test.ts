import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeWindows, type ListingWindow } from './listing-rows.ts'

const window = fc
  .record({ from: fc.integer({ min: 0, max: 40 }), length: fc.option(fc.integer({ min: 1, max: 10 })) })
  .map(({ from, length }): ListingWindow => ({ from: day(from), until: length === null ? null : day(from + length) }))

function day(number: number): string {
  return `2026-01-01 00:00:00.${String(number).padStart(3, '0')}`
}

function isOpen(windows: readonly ListingWindow[], at: string): boolean {
  return windows.some(({ from, until }) => from <= at && (until === null || at < until))
}

test('merged windows are disjoint, in order, never touch, and are open exactly when one of the given is', () => {
  fc.assert(
    fc.property(fc.array(window, { maxLength: 8 }), (windows) => {
      const merged = mergeWindows(windows)
      merged.slice(1).forEach(({ from }, index) => {
        const before = merged[index]?.until ?? null
        expect(before !== null && before < from).toBe(true)
      })
      for (let at = 0; at <= 60; at += 1) expect(isOpen(merged, day(at))).toBe(isOpen(windows, day(at)))
    }),
  )
})

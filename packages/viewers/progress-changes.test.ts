import { expect, test } from 'vitest'
import { refusalOfProgress, type NewProgress } from './progress-changes.ts'

const now = new Date('2026-11-02T12:00:00Z')
const nothing: NewProgress = { seconds: null, percent: null, isCompleted: null, watchedAt: null }
const refusedField = (progress: Partial<NewProgress>): string | undefined =>
  refusalOfProgress({ ...nothing, ...progress }, now)?.errors[0].field

test.each([
  [{}, 'input.progressSeconds'],
  [{ seconds: -1 }, 'input.progressSeconds'],
  [{ seconds: 604_801 }, 'input.progressSeconds'],
  [{ percent: NaN }, 'input.progressPercent'],
  [{ percent: Infinity }, 'input.progressPercent'],
  [{ percent: -0.01 }, 'input.progressPercent'],
  [{ percent: 100.01 }, 'input.progressPercent'],
  [{ percent: 1, watchedAt: new Date('2026-11-02T12:05:01Z') }, 'input.watchedAt'],
  [{ percent: 1, watchedAt: new Date('1899-12-31') }, 'input.watchedAt'],
])('%j is refused at %s', (progress, field) => {
  expect(refusedField(progress)).toBe(field)
})

test.each([
  { seconds: 0 },
  { seconds: 604_800 },
  { percent: 0 },
  { percent: 100 },
  { isCompleted: false },
  { percent: 1, watchedAt: new Date('2026-11-02T12:05:00Z') },
])('%j is taken', (progress) => {
  expect(refusedField(progress)).toBeUndefined()
})

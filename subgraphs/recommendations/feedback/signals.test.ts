import { expect, test } from 'vitest'
import { signalOf } from './signals.ts'

test.each([
  ['a rating counts as it is', { stars: 4.5, isCompleted: true, progressPercent: 100 }, 4.5],
  ['a bad rating says nothing to follow', { stars: 1.5, isCompleted: true, progressPercent: 100 }, null],
  ['a title watched to the end counts as liked', { stars: null, isCompleted: true, progressPercent: null }, 3.5],
  ['one that was begun counts for less', { stars: null, isCompleted: false, progressPercent: 40 }, 2.5],
  ['one that was left early says nothing', { stars: null, isCompleted: false, progressPercent: 10 }, null],
  ['progress that is not known says nothing', { stars: null, isCompleted: false, progressPercent: null }, null],
])('%s', (_what, feedback, expected) => {
  expect(signalOf(feedback)).toBe(expected)
})

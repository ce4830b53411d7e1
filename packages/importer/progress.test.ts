import { expect, test } from 'vitest'
import { createProgress } from './progress.ts'

function recorder(isTTY: boolean) {
  let time = 0
  let text = ''
  const output = { isTTY, write: (more: string) => (text += more) }
  const progress = createProgress(output, () => time)
  return { progress, text: () => text, later: (ms: number) => (time += ms) }
}

test('plain lines come at each quarter of a step', () => {
  const { progress, text } = recorder(false)
  for (let done = 0; done <= 100; done += 1) progress.update('titles', done, 100)
  progress.update('people', 1, 2)
  progress.end()
  expect(text()).toBe('titles 25 %\ntitles 50 %\ntitles 75 %\ntitles 100 %\npeople 50 %\n')
})

test('a terminal gets a bar that is redrawn ten times a second at most and ends with a line of its own', () => {
  const { progress, text, later } = recorder(true)
  progress.update('titles', 0, 10)
  progress.update('titles', 1, 10)
  later(100)
  progress.update('titles', 5, 10)
  progress.update('titles', 10, 10)
  progress.end()
  const bars = text().split('\r').slice(1)
  expect(bars.map((bar) => bar.trim())).toEqual([
    `titles   [${' '.repeat(30)}] 0 %`,
    `titles   [${'#'.repeat(15)}${' '.repeat(15)}] 50 %`,
    `titles   [${'#'.repeat(30)}] 100 %`,
  ])
  expect(text().endsWith('\n')).toBe(true)
})

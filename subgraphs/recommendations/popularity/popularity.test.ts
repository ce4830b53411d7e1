import { expect, test } from 'vitest'
import { createCatalogue } from '../catalogue/catalogue.ts'
import { createPopularityCounter } from './popularity.ts'

const day = 86_400_000
const now = 1000 * day
const title = (id: number, popularity = 0) => ({
  id,
  title: `Film ${id}`,
  popularity,
  releaseYear: null,
  runtimeMinutes: null,
  genres: [],
  languages: [],
  windows: [],
})

test('a time counts whole in its own region and a fifth elsewhere, half as much after each half-life', () => {
  const catalogue = createCatalogue()
  catalogue.put([title(7), title(8)])
  const counter = createPopularityCounter((viewerId) => (viewerId === 1 ? 'IN' : undefined), now)
  counter.add({ titleId: 7, viewerId: 1, at: now })
  counter.add({ titleId: 8, viewerId: 1, at: now - 90 * day })
  counter.add({ titleId: 8, viewerId: 2, at: now })
  const { popular, trending } = counter.result(catalogue)
  expect([...popular('IN')]).toEqual([1, expect.closeTo(0.5 + 0.2, 10)])
  expect([...popular('US')]).toEqual([expect.closeTo(0.2, 10), expect.closeTo(0.1 + 0.2, 10)])
  expect([...trending('IN')]).toEqual([1, expect.closeTo(0.2, 3)])
})

test('titles that come after the counting have places too, with what the catalogue says of them', () => {
  const catalogue = createCatalogue()
  catalogue.put([title(7)])
  const { popular } = createPopularityCounter(() => undefined, now).result(catalogue)
  expect([...popular('IN')]).toEqual([0])
  catalogue.put([title(9, 1_000_000)])
  expect([...popular('IN')]).toEqual([0, 0.05])
})

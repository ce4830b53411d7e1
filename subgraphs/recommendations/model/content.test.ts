import { expect, test } from 'vitest'
import { createContentVectors } from './content.ts'

const vectors = createContentVectors([
  { titleId: 1, features: ['genre:drama', 'person:7', 'country:IN'] },
  { titleId: 2, features: ['genre:drama', 'person:7'] },
  { titleId: 3, features: ['genre:drama', 'country:US'] },
  { titleId: 4, features: ['genre:drama'] },
  { titleId: 5, features: [] },
])

test('a rare feature makes alike, one that every title has says little', () => {
  const near = vectors.nearest(1, 10)
  expect(near[0]?.titleId).toBe(2)
  expect(near[0]?.cosine).toBeGreaterThan(0.4)
  expect(near[1]?.cosine ?? 0).toBeLessThan(0.2)
})

test('no more than asked for, and none for a title without features or one that is not there', () => {
  expect(vectors.nearest(1, 1)).toHaveLength(1)
  expect([vectors.nearest(5, 10), vectors.nearest(99, 10)]).toEqual([[], []])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mixed } from './home.ts'
import { bestOf, compareRanks, inOrder, onlyThose, type Choice, type Ranked } from './ordering.ts'

const ranks = fc.array(fc.record({ score: fc.integer({ min: -2, max: 2 }), tie: fc.integer({ min: 0, max: 2 }) }), {
  maxLength: 60,
})
const listOf = (drawn: ReadonlyArray<{ score: number; tie: number }>): Ranked[] =>
  drawn.map((each, place) => ({ ...each, place, titleId: place + 1 }))

const choiceOf = (list: readonly Ranked[]): Choice => ({
  places: Int32Array.from(list, ({ place }) => place),
  titleIds: list.map(({ titleId }) => titleId),
  scores: Float64Array.from(list, ({ score }) => score),
  ties: Float64Array.from(list, ({ tie }) => tie),
})

test('a choice is read in order from its best to its last, however often and however far', () => {
  const list = listOf(Array.from({ length: 350 }, (_, index) => ({ score: (index * 37) % 11, tie: (index * 7) % 5 })))
  const only = onlyThose(choiceOf(list), (place) => place % 3 !== 0)
  const ordered = inOrder(only)
  const sorted = list.filter(({ place }) => place % 3 !== 0).toSorted(compareRanks)
  for (const first of ordered) {
    expect(first).toEqual(sorted[0])
    break
  }
  expect([...ordered]).toEqual(sorted)
  expect([...ordered]).toEqual(sorted)
})

test('the best of a list are the beginning of the whole list in order, and pages continue it', () => {
  fc.assert(
    fc.property(ranks, fc.integer({ min: 1, max: 20 }), (drawn, count) => {
      const list = listOf(drawn)
      const choice = choiceOf(list)
      const sorted = list.toSorted(compareRanks)
      const paged: Ranked[] = []
      for (let last = bestOf(choice, count); last.length > 0;) {
        paged.push(...last)
        const { score, tie, titleId } = last.at(-1)!
        last = bestOf(choice, count, [score, tie, titleId])
      }
      expect(paged).toEqual(sorted)
    }),
  )
})

test('no genre has more than half of a mixed row, whose titles keep their order', () => {
  const genres = fc.array(fc.constantFrom('drama', 'comedy', 'horror'), { maxLength: 2 })
  fc.assert(
    fc.property(fc.array(genres, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (drawn, size) => {
      const list = listOf(drawn.map(() => ({ score: 0, tie: 0 })))
      const row = mixed(list, size, ({ place }) => [...new Set(drawn[place])])
      expect(row.length).toBeLessThanOrEqual(size)
      expect(row.map(({ place }) => place)).toEqual(row.map(({ place }) => place).toSorted((a, b) => a - b))
      for (const genre of ['drama', 'comedy', 'horror'])
        expect(row.filter(({ place }) => drawn[place]?.some((own) => own === genre)).length).toBeLessThanOrEqual(
          row.length / 2,
        )
    }),
  )
})

test('a row is filled where enough genres are there', () => {
  const list = listOf(Array.from({ length: 40 }, () => ({ score: 0, tie: 0 })))
  const row = mixed(list, 20, ({ place }) => [['drama', 'comedy', 'horror'][place % 3] ?? ''])
  expect(row).toHaveLength(20)
})

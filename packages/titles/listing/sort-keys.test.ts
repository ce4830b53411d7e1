import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyRangeOf, popularityOf, sortKeysOf, type SortFacts } from './sort-keys.ts'

const nothing = {
  sortTitle: 'a',
  releaseYear: null,
  publishedOn: null,
  averageRating: null,
  votes: null,
  popularity: 0,
}
const facts = (id: number, known: Partial<SortFacts> = {}): SortFacts => ({ ...nothing, id, ...known })

describe('ordering keys', () => {
  test('a larger value has a larger key, whatever the ids', () => {
    const [old, young] = [facts(1, { releaseYear: 1921 }), facts(9_000_000, { releaseYear: 1922 })]
    expect(sortKeysOf(old).year_key).toBeLessThan(sortKeysOf(young).year_key)
  })

  test('equal values come in the order of their ids when read from the largest key down', () => {
    expect(sortKeysOf(facts(1, { votes: 7 })).votes_key).toBeGreaterThan(sortKeysOf(facts(2, { votes: 7 })).votes_key)
  })

  test('an unknown value comes after a zero', () => {
    const [unknown, zero] = [sortKeysOf(facts(1)), sortKeysOf(facts(2, { averageRating: 0, votes: 0 }))]
    expect(unknown.rating_key).toBeLessThan(zero.rating_key)
    expect(unknown.votes_key).toBeLessThan(zero.votes_key)
    expect(unknown.newest_key).toBeLessThan(sortKeysOf(facts(3, { publishedOn: '0001-01-02' })).newest_key)
  })

  test('a title stands before the titles that it begins, and equal titles in the order of their ids', () => {
    const keys = [
      facts(17, { sortTitle: 'it' }),
      facts(200, { sortTitle: 'it' }),
      facts(1, { sortTitle: 'it chapter two' }),
    ]
    const titles = keys.map((title) => sortKeysOf(title).title_key)
    expect(titles.toSorted()).toEqual(titles)
  })

  test('every key stays a safe whole number and a title key fits its column', () => {
    const large = sortKeysOf({
      id: 2 ** 26 - 1,
      sortTitle: '𝔸'.repeat(500),
      releaseYear: 2200,
      publishedOn: '9999-12-31',
      averageRating: 10,
      votes: 2 ** 27 - 2,
      popularity: 8_000,
    })
    const { title_key, ...numbers } = large
    expect([...title_key].length).toBeLessThanOrEqual(240)
    expect(Object.values(numbers).every(Number.isSafeInteger)).toBe(true)
    expect(() => sortKeysOf(facts(2 ** 26))).toThrow(RangeError)
  })
})

describe('key ranges', () => {
  const end = fc.option(
    fc.oneof(
      fc.double({ min: -5, max: 15, noNaN: true }),
      fc.integer({ min: 0, max: 100 }).map((n) => n / 10),
    ),
    { nil: undefined },
  )

  test('a rating lies in a range exactly where its key does', () => {
    const rating = fc.option(fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10))
    fc.assert(
      fc.property(end, end, rating, fc.integer({ min: 1, max: 2 ** 26 - 1 }), (min, max, averageRating, id) => {
        const { from, until } = keyRangeOf('rating_key', min, max)
        const key = sortKeysOf(facts(id, { averageRating })).rating_key
        const isWithin =
          averageRating !== null && averageRating >= (min ?? -Infinity) && averageRating <= (max ?? Infinity)
        expect(key >= from && key < until).toBe(isWithin)
      }),
      { numRuns: 1_000 },
    )
  })

  test('a year or number of votes lies in a range exactly where its key does, up to the ends of Int', () => {
    const int = fc.option(
      fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: 1_900, max: 2_030 })),
      { nil: undefined },
    )
    fc.assert(
      fc.property(int, int, fc.option(fc.integer({ min: 1_870, max: 2_200 })), (min, max, value) => {
        const keys = sortKeysOf(facts(5, { releaseYear: value, votes: value }))
        const isWithin = value !== null && value >= (min ?? -Infinity) && value <= (max ?? Infinity)
        for (const column of ['year_key', 'votes_key'] as const) {
          const { from, until } = keyRangeOf(column, min, max)
          expect(keys[column] >= from && keys[column] < until).toBe(isWithin)
          expect(Number.isSafeInteger(from) && Number.isSafeInteger(until)).toBe(true)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('popularity', () => {
  test('grows with the rating and with the votes, and is nothing without either', () => {
    expect(popularityOf(8, 10_000)).toBeGreaterThan(popularityOf(7, 10_000))
    expect(popularityOf(8, 100_000)).toBeGreaterThan(popularityOf(8, 10_000))
    expect([popularityOf(null, 5), popularityOf(9, null), popularityOf(10, 0)]).toEqual([0, 0, 0])
  })

  test('ten enthusiasts weigh less than a hundred thousand friends', () => {
    expect(popularityOf(10, 10)).toBeLessThan(popularityOf(7, 100_000))
  })
})

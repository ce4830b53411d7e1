import fc from 'fast-check'
import type { Range, TitleFilter } from '../listing/filter.ts'
import type { TestTitle } from './generated-titles.ts'
import { fold } from '../search/folding.ts'

/** Most filters would match nothing if all conditions were there: each is missing in three draws of four. */
function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
}

function codes(known: readonly string[]): fc.Arbitrary<string[] | undefined> {
  return maybe(fc.uniqueArray(fc.constantFrom(...known), { minLength: 1, maxLength: 3 }))
}

function range(value: fc.Arbitrary<number>): fc.Arbitrary<Range | undefined> {
  return maybe(
    fc.oneof(
      value.map((min) => ({ min })),
      value.map((max) => ({ max })),
      fc.tuple(value, value).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
    ),
  )
}

const tenths = fc.integer({ min: 0, max: 100 }).map((value) => value / 10)

/** Filters whose values are those of the titles; the more titles have a value, the likelier it is drawn. */
export function filtersOver(titles: readonly TestTitle[], texts: readonly string[]): fc.Arbitrary<TitleFilter> {
  const valuesOf = (list: 'countries' | 'languages' | 'genres'): string[] => titles.flatMap((title) => title[list])
  const regions = titles.flatMap((title) => title.windows.map((window) => window.region))
  return fc.record({
    originIn: codes(valuesOf('countries')),
    originNotIn: codes(valuesOf('countries')),
    originAll: codes(valuesOf('countries')),
    availableIn: codes(regions),
    genresAny: codes(valuesOf('genres')),
    genresAll: codes(valuesOf('genres')),
    genresNone: codes(valuesOf('genres')),
    languages: codes(valuesOf('languages')),
    year: range(fc.integer({ min: 1985, max: 2025 })),
    runtimeMinutes: range(fc.integer({ min: 50, max: 200 })),
    rating: range(fc.oneof(tenths, fc.double({ min: 0, max: 10, noNaN: true }))),
    votes: range(fc.integer({ min: 0, max: 100_000 })),
    text: maybe(fc.oneof(fc.constantFrom(...texts), wordsOf(titles))),
  })
}

/** A word of a title, or its beginning. */
function wordsOf(titles: readonly TestTitle[]): fc.Arbitrary<string> {
  const words = titles.flatMap((title) => fold(title.title).split(' '))
  return fc
    .tuple(fc.constantFrom(...words), fc.integer({ min: 1, max: 9 }))
    .map(([word, length]) => [...word].slice(0, length).join(''))
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { titleFilterOf, type MovieFilterInput } from './filter.ts'

describe('a filter from a client', () => {
  test('comes into one form, whatever the order, case and repetition of its codes', () => {
    const filter = titleFilterOf({
      originIn: ['us', 'IN', 'US'],
      genres: { any: ['Sci-Fi', 'drama'], none: null },
      languages: ['HI'],
    })
    expect(filter).toEqual({ originIn: ['IN', 'US'], genresAny: ['drama', 'sci-fi'], languages: ['hi'] })
    expect(JSON.stringify(filter)).toBe(
      JSON.stringify(
        titleFilterOf({ languages: ['hi'], originIn: ['IN', 'US'], genres: { any: ['drama', 'sci-fi'] } }),
      ),
    )
  })

  test('UK is GB', () => {
    expect(titleFilterOf({ availableIn: ['UK', 'gb'] })).toEqual({ availableIn: ['GB'] })
  })

  test('what conditions nothing is left out', () => {
    const empty: MovieFilterInput = {
      originIn: [],
      genres: { any: [] },
      year: {},
      rating: { min: null, max: null },
      text: '  ',
      votes: null,
    }
    expect(titleFilterOf(empty)).toEqual({})
    expect([titleFilterOf(null), titleFilterOf(undefined)]).toEqual([{}, {}])
  })

  test('ranges keep the ends that are given', () => {
    expect(titleFilterOf({ year: { min: 1990 }, rating: { min: 7.5, max: 7.5 }, votes: { max: 0 } })).toEqual({
      year: { min: 1990 },
      rating: { min: 7.5, max: 7.5 },
      votes: { max: 0 },
    })
  })

  const refused: Array<[field: string, input: MovieFilterInput]> = [
    ['filter.originIn', { originIn: ["US' or 1=1"] }],
    ['filter.originAll', { originAll: ['U\0'] }],
    ['filter.genres.none', { genres: { none: [''] } }],
    ['filter.languages', { languages: ['x'.repeat(10_000)] }],
    ['filter.originNotIn', { originNotIn: Array.from({ length: 51 }, () => 'US') }],
    ['filter.year', { year: { min: 2000, max: 1999 } }],
    ['filter.rating', { rating: { min: Number.NaN } }],
    ['filter.text', { text: 'x'.repeat(201) }],
    ['filter.text', { text: 'a\0b' }],
    ['filter.text', { text: '\ud800' }],
  ]
  test.each(refused)('%s is named where it is wrong', (field, input) => {
    expect(() => titleFilterOf(input)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', details: { field } }))
  })

  test('a region that does not exist has a code of its own', () => {
    const unknown = { code: 'UNKNOWN_REGION', details: { field: 'filter.availableIn' } }
    expect(() => titleFilterOf({ availableIn: ['IN', 'XX'] })).toThrow(expect.objectContaining(unknown))
  })

  test('reading a filter again changes nothing, and only public errors are thrown', () => {
    const list = fc.option(fc.array(fc.oneof(fc.string(), fc.constantFrom('US', 'hi', 'drama'))))
    const range = fc.option(fc.record({ min: fc.option(fc.double()), max: fc.option(fc.double()) }))
    const inputs = fc.record({
      originIn: list,
      availableIn: list,
      languages: list,
      year: range,
      rating: range,
      text: fc.option(fc.string({ unit: 'binary' })),
    })
    fc.assert(
      fc.property(inputs, (input) => {
        try {
          const filter = titleFilterOf(input)
          expect(titleFilterOf(filter)).toEqual(filter)
        } catch (error) {
          expect(error).toMatchObject({ name: 'PublicError' })
        }
      }),
    )
  })
})

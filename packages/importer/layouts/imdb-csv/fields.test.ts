import { describe, expect, test } from 'vitest'
import { date, imdbId, integer, money, optional, rating, text } from './fields.ts'

describe('fields of imdb-csv', () => {
  test.each([
    ['$ 12156', { minor: 1_215_600, currency: 'USD' }],
    ['INR 530500000', { minor: 53_050_000_000, currency: 'INR' }],
    ['JPY 1000', { minor: 1000, currency: 'JPY' }],
    ['KWD 2', { minor: 2000, currency: 'KWD' }],
  ])('the amount %s is counted in the smallest unit of its currency', (given, value) => {
    expect(money(given)).toEqual({ value })
  })

  test.each(['12156', '$ -5', '$ 1.5', 'XQQ 5', '$ 99999999999999999'])(
    'the amount %s is refused with a reason',
    (given) => {
      expect(money(given)).toHaveProperty('reason')
    },
  )

  test.each(['2017-02-30', '2017-13-01', '2017-1-1', '0000-01-01', '17-01-01', '2017-01-01T00:00:00Z'])(
    'the day %s does not exist',
    (given) => {
      expect(date(given)).toHaveProperty('reason')
    },
  )

  test('a leap day exists in leap years only', () => {
    expect(date('2016-02-29')).toEqual({ value: '2016-02-29' })
    expect(date('2017-02-29')).toHaveProperty('reason')
  })

  test('an empty field is unknown where it may be, and refused where it may not', () => {
    expect(optional(integer(1))('')).toEqual({ value: null })
    expect(text(10)('')).toHaveProperty('reason')
  })

  test('bounds hold', () => {
    expect(integer(1870, 2200)('1869')).toHaveProperty('reason')
    expect(integer(1870, 2200)('1870')).toEqual({ value: 1870 })
    expect(text(2)('🎬🎬')).toEqual({ value: '🎬🎬' })
    expect(text(2)('abc')).toHaveProperty('reason')
    expect(rating('10')).toEqual({ value: 10 })
    expect(rating('10.1')).toHaveProperty('reason')
    expect(imdbId('tt')('nm0000001')).toHaveProperty('reason')
  })
})

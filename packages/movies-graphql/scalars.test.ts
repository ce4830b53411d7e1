import { Kind, parseValue, type ValueNode } from 'graphql'
import { describe, expect, test } from 'vitest'
import { scalars } from './scalars.ts'

const literal = (text: string): ValueNode => parseValue(text)

describe('RegionCode', () => {
  test.each(['IN', '"IN"', '"in"'])('reads the literal %s as India', (text) => {
    expect(scalars.RegionCode.parseLiteral(literal(text))).toBe('IN')
  })

  test.each(['UK', '"UK"', 'GB', '"gb"'])('reads the literal %s as GB, the code that is stored', (text) => {
    expect(scalars.RegionCode.parseLiteral(literal(text))).toBe('GB')
  })

  test.each(['UK', 'GB', 'gb'])('reads the variable %s as GB', (text) => {
    expect(scalars.RegionCode.parseValue(text)).toBe('GB')
  })

  test.each(['FR', '', 'I', '\0', 'constructor', 'I'.repeat(10_000)])(
    'refuses a region that is not one with a code and the known ones',
    (text) => {
      const refusal = expect.objectContaining({
        message: 'this region is not known; known regions: IN, US, GB or UK',
        code: 'UNKNOWN_REGION',
      })
      expect(() => scalars.RegionCode.parseValue(text)).toThrow(refusal)
      expect(() => scalars.RegionCode.parseLiteral({ kind: Kind.STRING, value: text })).toThrow(refusal)
    },
  )

  test.each([1, true, null, {}, ['IN']])('refuses %j, which is no text', (value) => {
    expect(() => scalars.RegionCode.parseValue(value)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  })
})

test('country codes are read in any case, language codes too', () => {
  expect(scalars.CountryCode.parseLiteral(literal('fr'))).toBe('FR')
  expect(scalars.CountryCode.parseValue('SUHH')).toBe('SUHH')
  expect(scalars.LanguageCode.parseValue('HI')).toBe('hi')
  for (const bad of ['', 'F', 'FRANCE', 'F1', 'F\0', 'a'.repeat(10_000)]) {
    expect(() => scalars.CountryCode.parseValue(bad)).toThrow('this is not a country code')
    expect(() => scalars.LanguageCode.parseValue(bad)).toThrow('this is not a language code')
  }
})

test('times are read with any offset and handed on in UTC', () => {
  expect(scalars.DateTime.parseValue('2026-11-23T14:00:00+02:00')).toBe('2026-11-23T12:00:00.000Z')
  expect(scalars.DateTime.parseLiteral(literal('"2026-11-23T12:00Z"'))).toBe('2026-11-23T12:00:00.000Z')
  for (const bad of ['2026-11-23', '2026-02-30T00:00:00Z', '2026-11-23T25:00:00Z', 'yesterday', '0'.repeat(10_000)]) {
    expect(() => scalars.DateTime.parseValue(bad)).toThrow('this is not a')
  }
})

test('times are answered in UTC to the millisecond', () => {
  expect(scalars.DateTime.serialize(new Date('2026-11-23T12:00:00Z'))).toBe('2026-11-23T12:00:00.000Z')
})

test('dates that no calendar has are refused', () => {
  expect(scalars.Date.parseValue('2024-02-29')).toBe('2024-02-29')
  for (const bad of ['2023-02-29', '2024-13-01', '24-01-01', '']) {
    expect(() => scalars.Date.parseValue(bad)).toThrow('this is not a date')
  }
})

test('a BigInt above 2^53 is refused rather than rounded', () => {
  expect(scalars.BigInt.serialize(2_923_706_026_00)).toBe(292_370_602_600)
  expect(() => scalars.BigInt.serialize(2 ** 53)).toThrow('2^53')
  expect(() => scalars.BigInt.parseLiteral(literal('9007199254740993'))).toThrow('2^53')
})

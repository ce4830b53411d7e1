import { expect, test } from 'vitest'
import { policyRegionsOf, policyStartOf } from './availability-policy.ts'

test('a title is available where one of its countries is, by code and not by likeness', () => {
  const regions = [
    { code: 'GB', countries: ['GB'] },
    { code: 'IN', countries: ['IN'] },
    { code: 'XX', countries: ['FR', 'DE'] },
  ]
  expect(policyRegionsOf(['DE', 'GB', 'FR'], regions)).toEqual(['GB', 'XX'])
  expect(policyRegionsOf(['UA'], regions)).toEqual([])
  expect(policyRegionsOf([], regions)).toEqual([])
})

test('the default availability starts with the publication, else the release year, else 1970', () => {
  expect(policyStartOf('2017-06-09', 1921)).toBe('2017-06-09 00:00:00.000')
  expect(policyStartOf(null, 1921)).toBe('1921-01-01 00:00:00.000')
  expect(policyStartOf(null, null)).toBe('1970-01-01 00:00:00.000')
})

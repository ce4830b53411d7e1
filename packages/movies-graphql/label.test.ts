import { expect, test } from 'vitest'
import { labelOf } from './label.ts'

test('a label names the producing countries in source order, then the title', () => {
  const countries = [
    { code: 'RO', name: 'Romania' },
    { code: 'CA', name: 'Canada' },
    { code: 'US', name: 'USA' },
  ]
  expect(labelOf('Teenage Space Vampires', countries)).toBe('Romania, Canada, USA-Teenage Space Vampires')
})

test('a title without a known country is its own label', () => {
  expect(labelOf('Against All Hope', [])).toBe('Against All Hope')
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distance } from '../testing/brute-force.ts'
import { isOneTypingErrorApart, lookupVariantsOf, variantsOf } from './typing-errors.ts'

describe('typing errors', () => {
  test.each([
    ['vampires', 'vampyres', true],
    ['vampires', 'vampire', true],
    ['vampires', 'vamppires', true],
    ['vampires', 'vapmires', true],
    ['vampires', 'vampires', false],
    ['vampires', 'vmapiers', false],
    ['abcd', 'bcda', false],
    ['', 'a', true],
  ])('%s and %s are one apart: %s', (a, b, expected) => {
    expect(isOneTypingErrorApart(a, b)).toBe(expected)
  })

  test('one apart means an optimal string alignment distance of one', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
    fc.assert(
      fc.property(letters, letters, (a, b) => void expect(isOneTypingErrorApart(a, b)).toBe(distance(a, b) === 1)),
      { numRuns: 5_000 },
    )
  })

  test('a word one error apart from a stored term shares a variant with it', () => {
    const letter = fc.constantFrom('a', 'b', 'c', 'é', '𝔸')
    const term = fc.array(letter, { minLength: 5, maxLength: 8 })
    const removed = fc.integer({ min: 0, max: 2 })
    const change = fc.tuple(fc.nat(8), removed, fc.array(letter, { maxLength: 2 }))
    let compared = 0
    fc.assert(
      fc.property(term, change, (letters, [at, count, put]) => {
        const typed = letters.toSpliced(at, count, ...put).join('')
        if (!isOneTypingErrorApart(typed, letters.join(''))) return
        const stored = new Set(variantsOf(letters.join('')))
        expect(lookupVariantsOf(typed).some((variant) => stored.has(variant))).toBe(true)
        compared += 1
      }),
      { numRuns: 3_000 },
    )
    expect(compared).toBeGreaterThan(500)
  })

  test('a term is its own variant, with one letter left out each time, unless it is short', () => {
    expect(variantsOf('aabbc')).toEqual(['aabbc', 'abbc', 'aabc', 'aabb'])
    expect(variantsOf('𝔸bcde')).toContain('bcde')
    expect(variantsOf('abcd')).toEqual([])
    expect(lookupVariantsOf('abcd')).toContain('abcd')
    expect(lookupVariantsOf('abc')).toEqual([])
  })
})

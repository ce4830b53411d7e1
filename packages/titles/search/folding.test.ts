import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold, termsOf } from './folding.ts'

describe('folding', () => {
  test.each([
    ['Der müde Tod', 'der mude tod'],
    ['ŁÓDŹ', 'lodz'],
    ['Smørrebrød & Ægir', 'smorrebrod aegir'],
    ['Straße', 'strasse'],
    ['İstanbul', 'istanbul'],
    ["Don't Look Now!", 'dont look now'],
    ['Mission: Impossible - Fallout', 'mission impossible fallout'],
    ['Élan', 'elan'],
    ['  two   spaces ', 'two spaces'],
    ['ﬁlm №5', 'film no5'],
    ['2001: A Space Odyssey', '2001 a space odyssey'],
    ['!!!', '!!!'],
    ['', ''],
  ])('%s becomes %s', (text, folded) => {
    expect(fold(text)).toBe(folded)
  })

  test('the vowel signs of Indic scripts belong to their words', () => {
    expect(fold('फ़िल्म')).toBe('फ़िल्म'.normalize('NFC'))
    expect(termsOf('दिल से')).toHaveLength(2)
  })

  test('folding again changes nothing, and nothing makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void expect(fold(fold(text))).toBe(fold(text))))
  })

  test('terms are distinct, in order, and never longer than 64 characters', () => {
    expect(termsOf('The Evil of the Evil', 'Élan', null, undefined)).toEqual(['the', 'evil', 'of', 'elan'])
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const terms = termsOf(text)
        expect(new Set(terms).size).toBe(terms.length)
        expect(terms.every((term) => term !== '' && [...term].length <= 64)).toBe(true)
      }),
    )
  })
})

import { describe, expect, test } from 'vitest'
import { compareRanks, rankOf } from './search-ranking.ts'
import { toWordMatches, wordsOf } from './search-words.ts'

const rank = (text: string, sortTitle: string, originalTitle: string | null = null): readonly number[] =>
  rankOf(wordsOf(text), { sortTitle, originalTitle })

describe('ranks', () => {
  test('go from the title itself to its words anywhere, and then on to typing errors', () => {
    const titles = [
      'evil dead',
      'evil dead rise',
      'evil deadline',
      'evil deadline two',
      'the evil dead',
      'evil among the dead',
      'dead evil',
      'evils dead',
    ]
    const ranks = titles.map((title) => rank('Evil Dead', title))
    expect(ranks.toSorted(compareRanks)).toEqual(ranks)
    expect(new Set(ranks.map(String)).size).toBe(titles.length)
  })

  test('the original title counts as much as the title', () => {
    expect(rank('le roi de coeur', 'king of hearts', 'Le Roi de cœur')).toEqual([0, 0, 0])
  })

  test('a forgiven word may make up the whole title', () => {
    expect(rank('teenage space vampyres', 'teenage space vampires')).toEqual([1, 0, 0])
  })

  test('words that are spread over both titles rank behind those of one', () => {
    expect(
      compareRanks(rank('dead king', 'evil dead', 'king of evil'), rank('dead king', 'king of the dead')),
    ).toBeGreaterThan(0)
  })
})

describe('the words of a text', () => {
  test('may be found as typed, corrected and, the last one, unfinished', () => {
    expect(toWordMatches(['vampyres', 'of', 'spac'], ['space', 'vampires', 'vampiress'])).toEqual([
      { terms: ['vampyres', 'vampires'], prefix: null },
      { terms: ['of'], prefix: null },
      { terms: ['spac', 'space'], prefix: null },
    ])
  })

  test('are a prefix where the vocabulary does not hold every completion, or where too many complete the word', () => {
    const completions = Array.from({ length: 32 }, (_, index) => `night${String.fromCodePoint(97 + index)}`)
    expect(toWordMatches(['nig'], ['night'])).toEqual([{ terms: ['nig'], prefix: 'nig' }])
    expect(toWordMatches(['night'], completions.slice(1))).toEqual([
      { terms: ['night', ...completions.slice(1)], prefix: null },
    ])
    expect(toWordMatches(['night'], completions)).toMatchObject([{ prefix: 'night' }])
  })

  test('stand once each, the last one unfinished even if it stood before', () => {
    expect(toWordMatches(wordsOf('The king, the'), [])).toEqual([
      { terms: ['the'], prefix: 'the' },
      { terms: ['king'], prefix: null },
    ])
  })
})

import type { Knex } from 'knex'
import { fold } from './folding.ts'
import type { WordMatch } from './listing-conditions.ts'
import { isOneTypingErrorApart, lookupVariantsOf } from './typing-errors.ts'

const longestTerm = 64

/** The folded words of a text in order, repeated ones too, each at most as long as a stored term. */
export function wordsOf(text: string): string[] {
  return fold(text)
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => [...word].slice(0, longestTerm).join(''))
}

/**
 * How each distinct word of a text may be found: as typed, with one typing error undone, and, the last one, as the
 * beginning of a longer word. One statement at most; an empty list where there is no text.
 */
export async function findWords(db: Knex, text: string | undefined): Promise<WordMatch[]> {
  if (text === undefined) return []
  const words = wordsOf(text)
  const variants = [...new Set(words.flatMap(lookupVariantsOf))]
  const rows: Array<{ term: string }> =
    variants.length === 0 ? [] : await db('search_variants').distinct('term').whereIn('variant', variants)
  const terms = rows.map((row) => row.term).toSorted()
  return toWordMatches(words, terms)
}

/** Pairs words with the terms of a vocabulary that are one typing error apart from them. */
export function toWordMatches(words: readonly string[], vocabulary: readonly string[]): WordMatch[] {
  const last = words.at(-1)
  return [...new Set(words)].map((word) => {
    const corrected = vocabulary.filter((term) => isOneTypingErrorApart(word, term))
    return { terms: [word, ...corrected], prefix: word === last ? word : null }
  })
}

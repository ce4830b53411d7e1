import type { Knex } from 'knex'
import { fold } from './folding.ts'
import type { WordMatch } from '../listing/listing-conditions.ts'
import { wherePrefix } from '../listing/listing-sql.ts'
import { isOneTypingErrorApart, lookupVariantsOf, shortestForgivenWord } from './typing-errors.ts'

const longestTerm = 64

/** The folded words of a text in order, repeated ones too, each at most as long as a stored term. */
export function wordsOf(text: string): string[] {
  return fold(text)
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => [...word].slice(0, longestTerm).join(''))
}

/** How many terms a word is looked up by one by one; one with more completions is looked up as a prefix. */
const termCeiling = 32

/**
 * How each distinct word of a text may be found: as typed, with one typing error undone, and, the last one, as the
 * beginning of a longer word. One statement at most; an empty list where there is no text.
 */
export async function findWords(db: Knex, text: string | undefined): Promise<WordMatch[]> {
  if (text === undefined) return []
  const words = wordsOf(text)
  const variants = [...new Set(words.flatMap(lookupVariantsOf))]
  if (variants.length === 0) return toWordMatches(words, [])
  const near = db('search_variants').select('term').whereIn('variant', variants)
  const rows: Array<{ term: string }> = await near.union(completionsOf(db, words.at(-1) ?? ''))
  return toWordMatches(words, rows.map((row) => row.term).toSorted())
}

/** The terms that begin with a word, as far as the variants hold them all: one too many says that there are more. */
function completionsOf(db: Knex, word: string): Knex.QueryBuilder[] {
  if (!hasKnownCompletions(word)) return []
  const longer = db('search_variants')
    .select('term')
    .where((range) => wherePrefix(range, 'variant', word))
    .whereRaw('term = variant')
    .limit(termCeiling + 1)
  return [db.from(longer.as('longer')).select('term')]
}

/** Shorter terms than those that are forgiven have no variants. */
function hasKnownCompletions(word: string): boolean {
  return [...word].length >= shortestForgivenWord - 1
}

/** Pairs words with the terms of a vocabulary that are one typing error apart from them or, for the last, complete it. */
export function toWordMatches(words: readonly string[], vocabulary: readonly string[]): WordMatch[] {
  const last = words.at(-1)
  return [...new Set(words)].map((word) => {
    const near = [word, ...vocabulary.filter((term) => isOneTypingErrorApart(word, term))]
    if (word !== last) return { terms: near, prefix: null }
    const terms = [...new Set([...near, ...vocabulary.filter((term) => term.startsWith(word))])]
    const areAll = hasKnownCompletions(word) && terms.length <= termCeiling
    return areAll ? { terms, prefix: null } : { terms: near, prefix: word }
  })
}

import { fold } from './folding.ts'
import { isOneTypingErrorApart, shortestForgivenWord } from './typing-errors.ts'

/** What of a title decides how well it answers a search. */
export interface Candidate {
  readonly sortTitle: string
  readonly originalTitle: string | null
}

/**
 * How well a title answers, smallest first: how many typing errors were forgiven, then the kind of match (0 the whole
 * title, 1 its beginning, 2 words side by side, 3 words in order, 4 words anywhere), then how the last word stands at
 * the title's beginning (0 typed out, 1 unfinished and the title's last, 2 unfinished and the title goes on).
 */
export type Rank = readonly [errors: number, kind: number, lastWord: number]

const anywhere = 4

/** Ranks a title against the typed words, by its title or its original title, whichever is better. */
export function rankOf(words: readonly string[], { sortTitle, originalTitle }: Candidate): Rank {
  const ranks = [sortTitle, originalTitle === null ? null : fold(originalTitle)]
    .filter((title) => title !== null)
    .map((title) => rankIn(words, title.split(' ')))
  return ranks.reduce((best, rank) => (compareRanks(rank, best) < 0 ? rank : best))
}

/** Orders ranks, the best first. */
export function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, index) => part !== b[index])
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

function rankIn(words: readonly string[], title: readonly string[]): Rank {
  const starts = title.flatMap((_, start) => placedAt(words, title, start) ?? [])
  const best = starts.toSorted((a, b) => compareRanks([a.errors, a.start], [b.errors, b.start]))[0]
  if (best?.start === 0) {
    const isWhole = words.length === title.length
    if (best.isTypedOut) return [best.errors, isWhole ? 0 : 1, 0]
    return [best.errors, 1, isWhole ? 1 : 2]
  }
  if (best) return [best.errors, 2, 0]
  return scatteredRank(words, title)
}

/** The words side by side from `start` on, or nothing where one of them does not fit. */
function placedAt(
  words: readonly string[],
  title: readonly string[],
  start: number,
): { start: number; errors: number; isTypedOut: boolean } | null {
  if (start + words.length > title.length) return null
  const errors = words.map((word, index) => errorsOf(word, title[start + index] ?? '', index === words.length - 1))
  if (errors.includes(null)) return null
  return {
    start,
    errors: errors.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    isTypedOut: errors.at(-1) !== 0 || words.at(-1) === title[start + words.length - 1],
  }
}

function scatteredRank(words: readonly string[], title: readonly string[]): Rank {
  let errors = 0
  let previous = -1
  let isInOrder = true
  for (const [index, word] of words.entries()) {
    const found = title
      .map((term, place) => ({ place, errors: errorsOf(word, term, index === words.length - 1) }))
      .filter((term) => term.errors !== null)
    const fewest = Math.min(...found.map((term) => term.errors ?? 0))
    const next = found.find((term) => term.errors === fewest && term.place > previous)
    // A word that only the other one of the two titles holds counts as one error.
    errors += Number.isFinite(fewest) ? fewest : 1
    isInOrder &&= next !== undefined
    previous = next?.place ?? previous
  }
  return [errors, isInOrder ? 3 : anywhere, 0]
}

/** Typing errors between a typed word and a term: 0, 1, or null where they do not match at all. */
function errorsOf(word: string, term: string, isLast: boolean): number | null {
  if (word === term || (isLast && term.startsWith(word))) return 0
  return term.length >= shortestForgivenWord && isOneTypingErrorApart(word, term) ? 1 : null
}

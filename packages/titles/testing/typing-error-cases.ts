import { fold } from '../search/folding.ts'
import { createRandom, type Random } from './random.ts'

/** A title as somebody might mistype it: one letter in one of its longer words. */
export interface TypingErrorCase {
  readonly title: string
  readonly typed: string
}

const letters = 'abcdefghijklmnopqrstuvwxyz'
const syllables = 'ka ro mi ten sha lo ver ein dur ast pel ina goth ray sun mer zo lit bran qui'.split(' ')

/** Different titles of one to four words each, some of them short and common. */
export function inventTitles(count: number, seed: number): string[] {
  const random = createRandom(seed)
  const titles = new Set<string>()
  while (titles.size < count)
    titles.add(Array.from({ length: 1 + random.below(4) }, () => inventWord(random)).join(' '))
  return [...titles]
}

/** Draws titles with a word of five letters or more and mistypes it: inserts, drops, replaces or swaps letters. */
export function generateTypingErrors(titles: readonly string[], count: number, seed: number): TypingErrorCase[] {
  const random = createRandom(seed)
  const candidates = titles.filter((title) => longWords(fold(title).split(' ')).length > 0)
  return Array.from({ length: count }, () => {
    const title = random.pick(candidates)
    const words = fold(title).split(' ')
    const place = random.pick(longWords(words))
    return { title, typed: words.with(place, mistype(random, words[place] ?? '')).join(' ') }
  })
}

function inventWord(random: Random): string {
  if (random.below(5) === 0) return random.pick(['the', 'a', 'of', 'in'])
  return Array.from({ length: 2 + random.below(3) }, () => random.pick(syllables)).join('')
}

function longWords(words: readonly string[]): number[] {
  return words.flatMap((word, place) => ([...word].length >= 5 ? [place] : []))
}

function mistype(random: Random, word: string): string {
  const typed = [...word]
  const at = random.below(typed.length)
  const swapped = Math.min(at, typed.length - 2)
  const [left = '', right = ''] = typed.slice(swapped)
  switch (random.below(4)) {
    case 0:
      return typed.toSpliced(random.below(typed.length + 1), 0, random.pick([...letters])).join('')
    case 1:
      return typed.toSpliced(at, 1).join('')
    case 2:
      return typed.with(at, random.pick([...letters].filter((letter) => letter !== typed[at]))).join('')
    default:
      // Two equal neighbours look the same when swapped: one of them is dropped.
      return typed.toSpliced(swapped, 2, ...(left === right ? [left] : [right, left])).join('')
  }
}

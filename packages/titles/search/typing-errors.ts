/** The fewest letters of a word in which one typing error is forgiven. */
export const shortestForgivenWord = 5

/**
 * What search_variants holds for a term: the term itself and the term with each one letter left out. A term of fewer
 * than five letters has none, since there one typing error makes another word. Letters are code points.
 */
export function variantsOf(term: string): string[] {
  return [...term].length < shortestForgivenWord ? [] : [...new Set([term, ...deletionsOf(term)])]
}

/**
 * The variants under which a typed word finds the terms it may have been meant for. A typed word of four letters may
 * be a term of five with one left out, so it is looked up too.
 */
export function lookupVariantsOf(word: string): string[] {
  return [...word].length < shortestForgivenWord - 1 ? [] : [...new Set([word, ...deletionsOf(word)])]
}

/**
 * Whether one insertion, deletion, substitution or transposition of neighbours turns one word into the other; equal
 * words are not apart. That is an optimal string alignment distance of exactly 1.
 */
export function isOneTypingErrorApart(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [[...a], [...b]] : [[...b], [...a]]
  if (long.length - short.length > 1) return false
  const from = short.findIndex((letter, index) => letter !== long[index])
  const start = from === -1 ? short.length : from
  if (short.length < long.length) return sameFrom(short, start, long, start + 1)
  if (start === short.length) return false
  return sameFrom(short, start + 1, long, start + 1) || isTransposedAt(short, long, start)
}

function deletionsOf(word: string): string[] {
  const letters = [...word]
  return letters.map((_, index) => letters.toSpliced(index, 1).join(''))
}

function sameFrom(a: readonly string[], fromA: number, b: readonly string[], fromB: number): boolean {
  return a.length - fromA === b.length - fromB && a.slice(fromA).every((letter, index) => letter === b[fromB + index])
}

function isTransposedAt(a: readonly string[], b: readonly string[], at: number): boolean {
  return a[at] === b[at + 1] && a[at + 1] === b[at] && sameFrom(a, at + 2, b, at + 2)
}

/** Letters that Unicode does not decompose into a base letter and a mark, and what readers type for them. */
const undecomposed: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ŧ: 't',
}
const undecomposedPattern = new RegExp(`[${Object.keys(undecomposed).join('')}]`, 'gu')

/** Words are letters, digits and the combining marks of scripts that need them; everything else separates. */
const separators = /[^\p{L}\p{N}\p{M}]+/gu
/** Marks of Latin, Greek and Cyrillic, which readers leave out; the vowel signs of Indic scripts stay. */
const marks = /[\u0300-\u036f]/gu
/** Apostrophes join the parts of one word: "don't" is searched as "dont". */
const apostrophes = /['’ʼ`]/gu

/**
 * The form in which titles and names are ordered, matched and searched: lower case, without accents or punctuation,
 * words separated by one space. Both SQL dialects compare it byte by byte, so they agree. A text without any letter
 * or digit keeps its own characters, trimmed and in lower case.
 */
export function fold(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase()
  const bare = lower
    .normalize('NFD')
    .replace(marks, '')
    .normalize('NFC')
    .replace(undecomposedPattern, (letter) => undecomposed[letter] ?? letter)
  const words = bare.replace(apostrophes, '').replace(separators, ' ').trim()
  return words === '' ? lower.trim() : words
}

/** The distinct folded words of the texts, in order, each at most 64 characters. */
export function termsOf(...texts: ReadonlyArray<string | null | undefined>): string[] {
  const words = texts.flatMap((text) => (text ? fold(text).split(' ') : []))
  return [...new Set(words.filter((word) => word !== '').map((word) => [...word].slice(0, 64).join('')))]
}

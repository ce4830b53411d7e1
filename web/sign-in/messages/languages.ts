import { en, type Messages } from './en.ts'
import { hi } from './hi.ts'

/** The languages of the pages, by their ISO 639-1 codes, and what each calls itself. */
export const languages = { en: 'English', hi: 'हिन्दी' } as const
export type Language = keyof typeof languages

const catalogues: Readonly<Record<Language, Messages>> = { en, hi }

export function messagesOf(language: Language): Messages {
  return catalogues[language]
}

/** A language of ours by its code, or null. */
export function languageOf(code: string | null | undefined): Language | null {
  return code === 'en' || code === 'hi' ? code : null
}

/** The language of ours that an Accept-Language header likes best; English where it names none. */
export function preferredLanguage(header: string | undefined): Language {
  const wishes = (header ?? '').slice(0, 500).split(',').map(wishOf)
  const liked = wishes.filter(({ quality }) => quality > 0).toSorted((a, b) => b.quality - a.quality)
  return liked.map(({ language }) => language).find((language) => language !== null) ?? 'en'
}

function wishOf(range: string): { language: Language | null; quality: number } {
  const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
  const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean)
  return { language: languageOf(tag.split('-')[0]), quality: quality === undefined ? 1 : Number(quality) }
}

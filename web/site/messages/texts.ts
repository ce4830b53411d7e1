import { regions } from '@movieverse/regions/regions.ts'
import type { Language } from '../../sign-in/messages/languages.ts'
import { en, type Messages } from './en.ts'
import { hi } from './hi.ts'

const catalogues: Readonly<Record<Language, Messages>> = { en, hi }
const locales: Readonly<Record<Language, string>> = { en: 'en-GB', hi: 'hi-IN' }

/** Texts, and how numbers, dates, money and names are written in a language; all of these through Intl. */
export interface Texts {
  readonly messages: Messages
  readonly locale: string
  number(value: number, digits?: number): string
  /** A day, from a date or a time in ISO 8601; in UTC, so that server and browser write the same. */
  date(iso: string): string
  time(iso: string): string
  money(minorUnits: number, currency: string): string
  readonly country: (code: string, name: string) => string
  readonly languageName: (code: string, name: string) => string
  region(code: string): string
  list(items: readonly string[]): string
}

export function textsOf(language: Language): Texts {
  const locale = locales[language]
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const times = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
  const regionNames = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' })
  const languageNames = new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' })
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  return {
    messages: catalogues[language],
    locale,
    number: (value, digits = 0) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    date: (iso) => dates.format(new Date(iso)),
    time: (iso) => `${times.format(new Date(iso))} UTC`,
    money: (minorUnits, currency) => moneyOf(locale, minorUnits, currency),
    // Countries that are gone have ISO 3166-3 codes that Intl may not know.
    country: (code, name) => (code.length === 2 && language !== 'en' && nameIn(regionNames, code)) || name,
    languageName: (code, name) => (language !== 'en' && nameIn(languageNames, code)) || name,
    region: (code) => {
      const label = regions.find((region) => region.code === code)?.label ?? code
      return language === 'en' ? label : (nameIn(regionNames, code) ?? label)
    },
    list: (items) => lists.format(items),
  }
}

function moneyOf(locale: string, minorUnits: number, currency: string): string {
  try {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' })
    const { maximumFractionDigits = 2 } = format.resolvedOptions()
    return format.format(minorUnits / 10 ** maximumFractionDigits)
  } catch {
    return `${minorUnits / 100} ${currency}`
  }
}

function nameIn(names: Intl.DisplayNames, code: string): string | undefined {
  try {
    return names.of(code)
  } catch {
    return undefined
  }
}

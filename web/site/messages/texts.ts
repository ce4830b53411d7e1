import { regions } from '@movieverse/regions/regions.ts'
import type { Language } from '../../sign-in/messages/languages.ts'
import { en, type Messages } from './en.ts'
import { hi } from './hi.ts'
import { intlOf } from './intl.ts'

const catalogues: Readonly<Record<Language, Messages>> = { en, hi }

/** Texts, and how numbers, dates, money and names are written in a language; all of these through Intl. */
export interface Texts {
  readonly messages: Messages
  number(value: number, digits?: number): string
  /** A day, from a date or a time in ISO 8601; in UTC, so that everybody sees the same. */
  date(iso: string): string
  time(iso: string): string
  milliseconds(value: number): string
  money(minorUnits: number, currency: string): string
  readonly country: (code: string, name: string) => string
  readonly languageName: (code: string, name: string) => string
  readonly genre: (code: string, name: string) => string
  region(code: string): string
  list(items: readonly string[]): string
}

/**
 * What Intl has written, by what it was asked; empty where it knows no name. Browsers write some dates otherwise than the
 * server and know fewer names, so a state brings along what the server wrote: with a text of its own a browser would have
 * to draw the whole page anew.
 */
export type Written = Record<string, string>

/** Texts in a language. Whatever `written` holds stays as it is, and whatever else is written is added to it. */
export function textsOf(language: Language, written: Written = {}): Texts {
  const messages = catalogues[language]
  const keep = (asked: string, write: () => string): string => (written[asked] ??= write())
  const intl = intlOf(language)
  const nameOf = (type: 'region' | 'language', code: string): string =>
    language === 'en' ? '' : keep(`${type} ${code}`, () => intl.name(type, code))
  return {
    messages,
    number: (value, digits = 0) => keep(`${value} ${digits}`, () => intl.number(value, digits)),
    date: (iso) => keep(`date ${iso}`, () => intl.date(iso)),
    time: (iso) => keep(`time ${iso}`, () => intl.time(iso)),
    milliseconds: (value) => keep(`${value} ms`, () => intl.milliseconds(value)),
    money: (minorUnits, currency) => keep(`${minorUnits} ${currency}`, () => intl.money(minorUnits, currency)),
    // Countries that are gone have ISO 3166-3 codes that Intl may not know.
    country: (code, name) => (code.length === 2 && nameOf('region', code)) || name,
    languageName: (code, name) => nameOf('language', code) || name,
    genre: (code, name) => messages.genres[code] ?? name,
    region: (code) => nameOf('region', code) || (regions.find((region) => region.code === code)?.label ?? code),
    list: (items) => keep(`list ${items.join('|')}`, () => intl.list(items)),
  }
}

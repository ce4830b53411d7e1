import type { Language } from '../../sign-in/messages/languages.ts'

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', hi: 'hi-IN' }

/** How Intl writes a language. */
export interface Writing {
  number(value: number, digits: number): string
  date(iso: string): string
  time(iso: string): string
  milliseconds(value: number): string
  money(minorUnits: number, currency: string): string
  /** What a region or a language is called; empty where Intl knows no name. */
  name(type: 'region' | 'language', code: string): string
  list(items: readonly string[]): string
}

/** Each formatter is made when it is first needed: a browser to which the server has sent all texts makes none. */
export function intlOf(language: Language): Writing {
  return writings[language]
}

const writings: Readonly<Record<Language, Writing>> = { en: writingIn(locales.en), hi: writingIn(locales.hi) }

function writingIn(locale: string): Writing {
  const numbers = [0, 1].map((digits) =>
    lazily(() => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })),
  )
  const milliseconds = lazily(() => new Intl.NumberFormat(locale, { style: 'unit', unit: 'millisecond' }))
  const dates = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }))
  // Of 24 hours: CLDR's "am" and "pm" are in English in Hindi, too.
  const times = lazily(
    () =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23', timeZone: 'UTC' }),
  )
  const names = {
    region: lazily(() => new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' })),
    language: lazily(() => new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' })),
  }
  const lists = lazily(() => new Intl.ListFormat(locale, { type: 'conjunction' }))
  return {
    number: (value, digits) => numbers[digits]?.().format(value) ?? String(value),
    date: (iso) => dates().format(new Date(iso)),
    time: (iso) => `${times().format(new Date(iso))} UTC`,
    milliseconds: (value) => milliseconds().format(value),
    money: (minorUnits, currency) => moneyOf(locale, minorUnits, currency),
    name: (type, code) => nameIn(names[type](), code),
    list: (items) => lists().format(items),
  }
}

function lazily<Value>(make: () => Value): () => Value {
  let value: Value | undefined
  return () => (value ??= make())
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

function nameIn(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? ''
  } catch {
    return ''
  }
}

/** What a field holds, or why it cannot be taken. */
export type Parsed<Value> = { readonly value: Value } | { readonly reason: string }

type Parser<Value> = (given: string) => Parsed<Value>

const control = /\p{Cc}/u
const largestInt = 2 ** 31 - 1

/** A parser whose empty field is an unknown value. */
export function optional<Value>(parser: Parser<Value>): Parser<Value | null> {
  return (given) => (given === '' ? { value: null } : parser(given))
}

/** `tt` or `nm` and digits. */
export function imdbId(prefix: 'tt' | 'nm'): Parser<string> {
  const pattern = new RegExp(`^${prefix}[0-9]{7,10}$`)
  return (given) => (pattern.test(given) ? { value: given } : { reason: `not an id of the form ${prefix}0000000` })
}

/** Text of at most this many characters. */
export function text(longest: number): Parser<string> {
  return (given) => {
    if (given === '') return { reason: 'empty' }
    if (control.test(given)) return { reason: 'holds a control character' }
    return [...given].length > longest ? { reason: `longer than ${longest} characters` } : { value: given }
  }
}

/** A whole number within bounds. */
export function integer(smallest: number, largest = largestInt): Parser<number> {
  return (given) => {
    const value = /^[0-9]{1,10}$/.test(given) ? Number(given) : NaN
    return value >= smallest && value <= largest
      ? { value }
      : { reason: `not a whole number from ${smallest} to ${largest}` }
  }
}

/** A day of the calendar, `YYYY-MM-DD`. */
export function date(given: string): Parsed<string> {
  const time = /^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$/.test(given) ? Date.parse(`${given}T00:00:00Z`) : NaN
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(given)
  return isReal ? { value: given } : { reason: 'not a date of the form YYYY-MM-DD' }
}

/** An average from 0 to 10, to one decimal. */
export function rating(given: string): Parsed<number> {
  const value = /^[0-9]{1,2}(\.[0-9]+)?$/.test(given) ? Number(given) : NaN
  return value <= 10 ? { value: Math.round(value * 10) / 10 } : { reason: 'not a number from 0 to 10' }
}

/** An amount of money in the smallest unit of its currency. */
export interface Money {
  readonly minor: number
  readonly currency: string
}

/** `$ 12156`, which IMDb writes for US dollars, or an ISO 4217 code and an amount: `INR 530500000`. */
export function money(given: string): Parsed<Money> {
  const match = /^(\$|[A-Z]{3}) ?([0-9]+)$/.exec(given)
  if (!match) return { reason: 'not an amount of the form "$ 12156" or "INR 12156"' }
  const currency = match[1] === '$' ? 'USD' : (match[1] ?? '')
  if (!currencies.has(currency)) return { reason: `unknown currency ${currency}` }
  const minor = Number(match[2]) * 10 ** minorDigitsOf(currency)
  return Number.isSafeInteger(minor) ? { value: { minor, currency } } : { reason: 'the amount is too large' }
}

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** Decimals of a currency's smallest unit: 2 for dollars, 0 for yen. */
function minorDigitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

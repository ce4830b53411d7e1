import type { Parsed } from '../imdb-csv/fields.ts'

/** An id of MovieLens: a whole number from 1. */
export function identifier(given: string): Parsed<string> {
  return /^[1-9][0-9]{0,9}$/.test(given) ? { value: given } : { reason: 'not a whole number from 1' }
}

/** IMDb's id without its `tt`, of which zeros in front may be missing. */
export function imdbNumber(given: string): Parsed<string> {
  return /^[0-9]{1,10}$/.test(given) && Number(given) > 0
    ? { value: `tt${given.padStart(7, '0')}` }
    : { reason: 'not the digits of an id at IMDb' }
}

/** 0.5 to 5 in halves. */
export function stars(given: string): Parsed<number> {
  const value = /^[0-9](\.[0-9]+)?$/.test(given) ? Number(given) : NaN
  const isRating = value >= 0.5 && value <= 5 && Number.isInteger(value * 2)
  return isRating ? { value } : { reason: 'not a rating of 0.5 to 5 in halves' }
}

/** Seconds since 1970, not after `now`. */
export function pastTime(now: Date): (given: string) => Parsed<Date> {
  return (given) => {
    if (!/^[0-9]{1,12}$/.test(given)) return { reason: 'not a time in seconds since 1970' }
    const time = new Date(Number(given) * 1000)
    return time > now ? { reason: 'in the future' } : { value: time }
  }
}

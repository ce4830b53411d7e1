/** Kong's periods, the shortest first. */
export const periods = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const
export type Period = (typeof periods)[number]

/** What Kong takes a period's length for, in seconds; a window still ends with the calendar's month or year. */
export const secondsOf: Readonly<Record<Period, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  month: 2_592_000,
  year: 31_536_000,
}

/** A stretch of the UTC calendar, in milliseconds since 1970; the end is not part of it. */
export interface Window {
  readonly start: number
  readonly end: number
}

/** The window of a period that a moment falls into. */
export function windowAt(period: Period, moment: number): Window {
  if (period !== 'month' && period !== 'year') {
    const length = secondsOf[period] * 1000
    const start = moment - (moment % length)
    return { start, end: start + length }
  }
  const date = new Date(moment)
  const [year, month] = [date.getUTCFullYear(), period === 'month' ? date.getUTCMonth() : 0]
  return {
    start: Date.UTC(year, month),
    end: period === 'month' ? Date.UTC(year, month + 1) : Date.UTC(year + 1, 0),
  }
}

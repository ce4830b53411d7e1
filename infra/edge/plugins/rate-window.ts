import { setWithin } from '../bounded-map.ts'

/** Periods of the UTC calendar in milliseconds, the shortest first; Kong's month and year are not among them. */
export const periods = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
export type Period = keyof typeof periods
// `as`: the keys of a constant.
export const periodNames = Object.keys(periods) as Period[]

/** Callers of one window that are remembered. */
const mostCallers = 100_000

/** A limit in windows of the UTC calendar, and the calls of the current one. A window that has ended costs nothing more. */
export class RateWindow {
  readonly limit: number
  readonly shownLimit: string
  readonly limitHeader: string
  readonly remainingHeader: string
  readonly #lengthMs: number
  readonly #counts = new Map<string, number>()
  /** When the current window began, in milliseconds since 1970. */
  #start = 0

  constructor(period: Period, limit: number) {
    const name = `${period.charAt(0).toUpperCase()}${period.slice(1)}`
    this.limit = limit
    this.shownLimit = String(limit)
    this.limitHeader = `X-RateLimit-Limit-${name}`
    this.remainingHeader = `X-RateLimit-Remaining-${name}`
    this.#lengthMs = periods[period]
  }

  /** The calls of a caller so far. */
  countOf(caller: string, now: number): number {
    if (now < this.#start || now >= this.#start + this.#lengthMs) {
      this.#start = now - (now % this.#lengthMs)
      this.#counts.clear()
    }
    return this.#counts.get(caller) ?? 0
  }

  count(caller: string, now: number): void {
    setWithin(this.#counts, mostCallers, caller, this.countOf(caller, now) + 1)
  }

  /** Until the end of the window, at least 1. */
  secondsLeft(now: number): number {
    return Math.max(1, this.#lengthMs / 1000 - Math.floor((now - this.#start) / 1000))
  }
}

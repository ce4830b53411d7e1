import { setWithin } from '../bounded-map.ts'

/** Periods of the UTC calendar in seconds, the shortest first; Kong's month and year are not among them. */
const secondsOf = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const
export const periods = ['second', 'minute', 'hour', 'day'] as const

/** How one window stands for one caller, this request counted. */
export interface WindowState {
  readonly tally: Tally
  /** Never below 0. */
  readonly remaining: number
}

export interface RateVerdict {
  readonly passes: boolean
  /** The shortest first. */
  readonly windows: readonly WindowState[]
  /** The window with the fewest calls left; of equals the longest. */
  readonly tightest: WindowState
  readonly resetSeconds: number
}

/** Callers of one window that are remembered. */
const mostCallers = 100_000

/**
 * Counts calls in windows of the UTC calendar, at least one of which has a limit: a call of a caller at a moment, unless
 * one of its limits is used up. A window that has ended costs nothing more.
 */
export function createRateCounter(
  limits: Readonly<Partial<Record<(typeof periods)[number], number | undefined>>>,
): (caller: string, now: number) => RateVerdict {
  const tallies = periods.flatMap((period) => {
    const most = limits[period]
    return most === undefined ? [] : [new Tally(period, most)]
  })
  return (caller, now) => {
    let passes = true
    for (const tally of tallies) if (tally.countOf(caller, now) >= tally.most) passes = false
    const windows = tallies.map((tally): WindowState => {
      const count = tally.countOf(caller, now) + (passes ? 1 : 0)
      if (passes) setWithin(tally.counts, mostCallers, caller, count)
      return { tally, remaining: Math.max(0, tally.most - count) }
    })
    const tightest = windows.reduce((best, next) => (next.remaining <= best.remaining ? next : best))
    return { passes, windows, tightest, resetSeconds: tightest.tally.secondsLeft(now) }
  }
}

/** The counts of one limit in its current window. */
class Tally {
  readonly most: number
  readonly limitHeader: string
  readonly remainingHeader: string
  readonly shownLimit: string
  readonly counts = new Map<string, number>()
  readonly #lengthMs: number
  /** When the current window began, in milliseconds since 1970. */
  #start = 0

  constructor(period: (typeof periods)[number], most: number) {
    const name = `${period.charAt(0).toUpperCase()}${period.slice(1)}`
    this.most = most
    this.limitHeader = `X-RateLimit-Limit-${name}`
    this.remainingHeader = `X-RateLimit-Remaining-${name}`
    this.shownLimit = String(most)
    this.#lengthMs = secondsOf[period] * 1000
  }

  countOf(caller: string, now: number): number {
    if (now < this.#start || now >= this.#start + this.#lengthMs) {
      this.#start = now - (now % this.#lengthMs)
      this.counts.clear()
    }
    return this.counts.get(caller) ?? 0
  }

  secondsLeft(now: number): number {
    return Math.max(1, this.#lengthMs / 1000 - Math.floor((now - this.#start) / 1000))
  }
}

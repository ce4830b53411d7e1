/** Periods of the UTC calendar, the shortest first; Kong's month and year are not among them. */
export const periods = ['second', 'minute', 'hour', 'day'] as const
export type Period = (typeof periods)[number]

const secondsOf: Readonly<Record<Period, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 }

export interface RateLimit {
  readonly period: Period
  readonly most: number
}

/** How one window stands for one caller, this request counted. */
export interface WindowState {
  readonly tally: Tally
  /** Never below 0. */
  readonly remaining: number
}

export interface RateVerdict {
  readonly passes: boolean
  /** In the order of the limits. */
  readonly windows: readonly WindowState[]
  /** The window with the fewest calls left; of equals the longest. */
  readonly tightest: WindowState
  readonly resetSeconds: number
}

export interface RateCounter {
  /** Counts a call unless one of its limits is used up. */
  count(identifier: string, now: number): RateVerdict
}

/** The counts of one limit in its current window. */
export interface Tally extends RateLimit {
  readonly limitHeader: string
  readonly remainingHeader: string
  readonly shownLimit: string
  readonly counts: Map<string, number>
  /** When the current window began and ends, in milliseconds since 1970. */
  start: number
  end: number
}

/** Callers of one window that are remembered; above that the one that came first is forgotten. */
const mostCallers = 100_000

/** Counts calls in windows of the UTC calendar; `limits` is not empty. A window that has ended costs nothing more. */
export function createRateCounter(limits: readonly RateLimit[]): RateCounter {
  const tallies = limits.map(tallyOf)
  return {
    count(identifier, now) {
      let passes = true
      for (const tally of tallies) {
        turnOver(tally, now)
        if ((tally.counts.get(identifier) ?? 0) >= tally.most) passes = false
      }
      const windows = tallies.map((tally): WindowState => {
        const count = passes ? increment(tally.counts, identifier) : (tally.counts.get(identifier) ?? 0)
        return { tally, remaining: Math.max(0, tally.most - count) }
      })
      const tightest = windows.reduce((best, next) => (next.remaining <= best.remaining ? next : best))
      return { passes, windows, tightest, resetSeconds: secondsLeft(tightest.tally, now) }
    },
  }
}

function tallyOf({ period, most }: RateLimit): Tally {
  const name = `${period.charAt(0).toUpperCase()}${period.slice(1)}`
  return {
    period,
    most,
    limitHeader: `X-RateLimit-Limit-${name}`,
    remainingHeader: `X-RateLimit-Remaining-${name}`,
    shownLimit: String(most),
    counts: new Map(),
    start: 0,
    end: 0,
  }
}

function secondsLeft({ period, start }: Tally, now: number): number {
  return Math.max(1, secondsOf[period] - Math.floor((now - start) / 1000))
}

function turnOver(tally: Tally, now: number): void {
  if (now < tally.end && now >= tally.start) return
  const length = secondsOf[tally.period] * 1000
  tally.start = now - (now % length)
  tally.end = tally.start + length
  tally.counts.clear()
}

function increment(counts: Map<string, number>, identifier: string): number {
  const count = counts.get(identifier) ?? 0
  for (const first of count === 0 && counts.size >= mostCallers ? counts.keys() : []) {
    counts.delete(first)
    break
  }
  counts.set(identifier, count + 1)
  return count + 1
}

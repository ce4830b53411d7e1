import { setWithin } from '../bounded-map.ts'
import { flag, headerName, kongOnly, number, oneOf, oneOfKongs, record, refuse, text } from '../declarative/fields.ts'
import type { Exchange } from '../exchange.ts'
import type { HeaderList } from '../header-list.ts'
import { errorAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'

/** Periods of the UTC calendar in milliseconds, the shortest first; Kong's month and year are not among them. */
const periods = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
type Period = keyof typeof periods
// `as`: the keys of a constant.
const periodNames = Object.keys(periods) as Period[]

const positive = number.positive('value must be greater than 0')
const limit = positive.optional()

const config = record({
  second: limit,
  minute: limit,
  hour: limit,
  day: limit,
  limit_by: oneOf('consumer', 'credential', 'ip', 'service', 'header', 'path').default('consumer'),
  header_name: headerName.optional(),
  path: text.startsWith('/', 'should start with: /').optional(),
  policy: oneOfKongs(['local'], ['cluster', 'redis']).default('local'),
  hide_client_headers: flag(false),
  error_code: positive.default(429),
  error_message: text.default('API rate limit exceeded'),
  ...kongOnly('month', 'year', 'redis', 'fault_tolerant', 'sync_rate'),
}).superRefine((settings, context) => {
  const needed = settings.limit_by === 'header' ? 'header_name' : settings.limit_by === 'path' ? 'path' : undefined
  if (needed && settings[needed] === undefined) {
    context.addIssue({ code: 'custom', path: [needed], message: 'required field missing' })
    refuse(context, "failed conditional validation given value of field 'config.limit_by'", 'plugin')
  }
  const given = periodNames.flatMap((period) => {
    const most = settings[period]
    return most === undefined ? [] : [{ period, most, shown: `${period}(${most.toFixed(1)})` }]
  })
  if (given.length === 0) {
    const fields = [...periodNames, 'month', 'year'].map((period) => `'config.${period}'`).join(', ')
    refuse(context, `at least one of these fields must be non-empty: ${fields}`, 'plugin')
  }
  for (const [index, lower] of given.entries()) {
    const upper = given.slice(index).find(({ most }) => most < lower.most)
    if (!upper) continue
    return refuse(context, `The limit for ${upper.shown} cannot be lower than the limit for ${lower.shown}`)
  }
})

/** Bounds how often a caller may come, in windows of the UTC calendar. */
export const rateLimiting = pluginKind({
  name: 'rate-limiting',
  priority: 910,
  allowsConsumer: true,
  config,
  create(settings, { now }) {
    const { hide_client_headers: isHidden, error_code: status, error_message: message } = settings
    const { limit_by: by, header_name: header = '', path } = settings
    const identify: Readonly<Record<typeof by, (exchange: Exchange) => string | undefined>> = {
      consumer: ({ consumer, credential }) => consumer?.id ?? credential?.id,
      credential: ({ credential }) => credential?.id,
      ip: () => undefined,
      service: ({ service }) => service?.id,
      header: ({ request }) => request.headers.get(header),
      path: ({ request }) => (request.head.path === path ? path : undefined),
    }
    const windows = periodNames.flatMap((period) => {
      const most = settings[period]
      return most === undefined ? [] : [new RateWindow(period, most)]
    })
    return {
      access(exchange) {
        const moment = now()
        const caller = identify[by](exchange) ?? exchange.request.clientAddress
        const states = windows.map((window) => ({ window, count: window.countOf(caller, moment) }))
        const passes = states.every(({ window, count }) => count.calls < window.most)
        if (passes) for (const { count } of states) count.calls++
        const reset = showLimits(states, moment, isHidden ? undefined : exchange.answerHeaders)
        return passes ? undefined : errorAnswer(status, message, isHidden ? [] : [['Retry-After', reset]])
      },
    }
  },
})

/** What one caller has called in the current window. */
interface CallCount {
  calls: number
}

/** Callers of one window that are remembered. */
const mostCallers = 100_000

/** A limit in windows of the UTC calendar, and the calls of the current one. A window that has ended costs nothing more. */
class RateWindow {
  readonly most: number
  readonly limitHeader: string
  readonly remainingHeader: string
  readonly #lengthMs: number
  readonly #counts = new Map<string, CallCount>()
  /** When the current window began, in milliseconds since 1970. */
  #start = 0

  constructor(period: Period, most: number) {
    const name = `${period.charAt(0).toUpperCase()}${period.slice(1)}`
    this.most = most
    this.limitHeader = `X-RateLimit-Limit-${name}`
    this.remainingHeader = `X-RateLimit-Remaining-${name}`
    this.#lengthMs = periods[period]
  }

  /** The count of a caller in the window of that moment, for the caller of this to raise. */
  countOf(caller: string, now: number): CallCount {
    if (now < this.#start || now >= this.#start + this.#lengthMs) {
      this.#start = now - (now % this.#lengthMs)
      this.#counts.clear()
    }
    let count = this.#counts.get(caller)
    if (!count) setWithin(this.#counts, mostCallers, caller, (count = { calls: 0 }))
    return count
  }

  /** Until the end of the window, at least 1. */
  secondsLeft(now: number): number {
    return Math.max(1, this.#lengthMs / 1000 - Math.floor((now - this.#start) / 1000))
  }
}

interface WindowState {
  readonly window: RateWindow
  readonly count: CallCount
}

/** Tells a client its limits; answers in how many seconds the tightest window ends, of equals the longest. */
function showLimits(states: readonly WindowState[], now: number, headers: HeaderList | undefined): string {
  let tightest = { most: 0, left: Infinity, reset: '' }
  for (const { window, count } of states) {
    const { most } = window
    const left = Math.max(0, most - count.calls)
    headers?.append(window.limitHeader, String(most))
    headers?.append(window.remainingHeader, String(left))
    if (left <= tightest.left) tightest = { most, left, reset: String(window.secondsLeft(now)) }
  }
  headers?.append('RateLimit-Limit', String(tightest.most))
  headers?.append('RateLimit-Remaining', String(tightest.left))
  headers?.append('RateLimit-Reset', tightest.reset)
  return tightest.reset
}

import type { z } from 'zod'
import { between, flag, kongOnly, number, oneOfKongs, record, refuse, text } from '../declarative/fields.ts'
import type { Exchange } from '../exchange.ts'
import { errorAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'
import { periodNames, RateWindow } from './rate-window.ts'

const limit = number.positive('value must be greater than 0').optional()

const config = record({
  second: limit,
  minute: limit,
  hour: limit,
  day: limit,
  limit_by: oneOfKongs(['consumer', 'ip', 'header'], ['credential', 'service', 'path']).default('consumer'),
  header_name: text.optional(),
  policy: oneOfKongs(['local'], ['cluster', 'redis']).default('local'),
  hide_client_headers: flag(false),
  error_code: between(1, 999).default(429),
  error_message: text.default('API rate limit exceeded'),
  ...kongOnly('month', 'year', 'path', 'redis', 'fault_tolerant', 'sync_rate'),
}).superRefine((settings, context) => {
  if (settings.limit_by === 'header' && settings.header_name === undefined)
    refuse(context, 'required field missing: header_name')
  const limits = periodNames.flatMap((period) => settings[period] ?? [])
  const given = periodNames.filter((period) => settings[period] !== undefined)
  if (given.length === 0) {
    const fields = [...periodNames, 'month', 'year'].map((period) => `'config.${period}'`).join(', ')
    refuse(context, `at least one of these fields must be non-empty: ${fields}`, 'plugin')
  }
  for (const [lower, least] of limits.entries()) {
    const upper = limits.findIndex((most, index) => index > lower && most < least)
    if (upper < 0) continue
    const [high, low] = [limits[upper] ?? 0, least].map((value) => value.toFixed(1))
    const message = `The limit for ${given[upper]}(${high}) cannot be lower than the limit for ${given[lower]}(${low})`
    return refuse(context, message)
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
    const callerOf = callerBy(settings)
    const windows = periodNames.flatMap((period) => {
      const most = settings[period]
      return most === undefined ? [] : [new RateWindow(period, most)]
    })
    return {
      access(exchange) {
        const [caller, moment] = [callerOf(exchange), now()]
        const passes = windows.every((window) => window.countOf(caller, moment) < window.limit)
        if (passes) for (const window of windows) window.count(caller, moment)
        const left = windows.map((window) => Math.max(0, window.limit - window.countOf(caller, moment)))
        // The window with the fewest calls left; of equals the longest.
        const tightest = left.lastIndexOf(Math.min(...left))
        const reset = String(windows[tightest]?.secondsLeft(moment))
        if (!isHidden) showLimits(exchange, windows, left, tightest, reset)
        return passes ? undefined : errorAnswer(status, message, isHidden ? [] : [['Retry-After', reset]])
      },
    }
  },
})

/** What a caller is told apart by; the address where the asked one is missing. */
function callerBy({ limit_by: by, header_name: header = '' }: z.output<typeof config>): (of: Exchange) => string {
  if (by === 'ip') return ({ request }) => request.clientAddress
  if (by === 'header') return ({ request }) => request.headers.get(header) ?? request.clientAddress
  return ({ consumer, credential, request }) => consumer?.id ?? credential?.id ?? request.clientAddress
}

function showLimits(
  { answerHeaders }: Exchange,
  windows: readonly RateWindow[],
  left: readonly number[],
  tightest: number,
  reset: string,
): void {
  for (const [index, { limitHeader, remainingHeader, shownLimit }] of windows.entries()) {
    answerHeaders.append(limitHeader, shownLimit)
    answerHeaders.append(remainingHeader, String(left[index]))
  }
  answerHeaders.append('RateLimit-Limit', windows[tightest]?.shownLimit ?? '')
  answerHeaders.append('RateLimit-Remaining', String(left[tightest]))
  answerHeaders.append('RateLimit-Reset', reset)
}

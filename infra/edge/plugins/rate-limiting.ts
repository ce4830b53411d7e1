import { z } from 'zod'
import type { AnswerHeaders, Exchange } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { between, flag, integer, kongOnly, number, oneOf, record, refuse, text } from '../declarative/fields.ts'
import { errorAnswer } from './own-answers.ts'
import { createRateCounter, periods, type RateVerdict } from './rate-counter.ts'

type Known = 'consumer' | 'ip' | 'header'
const isKnown = (by: string): by is Known => ['consumer', 'ip', 'header'].includes(by)

const limit = number.positive('value must be greater than 0').optional()

const config = record({
  second: limit,
  minute: limit,
  hour: limit,
  day: limit,
  ...kongOnly('month', 'year', 'path'),
  limit_by: oneOf('consumer', 'credential', 'ip', 'service', 'header', 'path')
    .default('consumer')
    .refine(isKnown, { error: ({ input }) => `the embedded edge does not limit by ${String(input)}: run Kong` }),
  header_name: text.optional(),
  policy: oneOf('local', 'cluster', 'redis').default('local'),
  redis: z.looseObject({}).optional(),
  fault_tolerant: flag(true),
  hide_client_headers: flag(false),
  error_code: between(1, 999).default(429),
  error_message: text.default('API rate limit exceeded'),
  sync_rate: integer.default(-1),
}).superRefine((settings, context) => {
  if (settings.policy !== 'local') {
    refuse(context, `the embedded edge counts in its own process, not by policy '${settings.policy}': run Kong`)
  }
  if (settings.limit_by === 'header' && settings.header_name === undefined)
    refuse(context, 'required field missing: header_name')
  const given = periods.filter((period) => settings[period] !== undefined)
  if (given.length === 0) {
    const fields = [...periods, 'month', 'year'].map((period) => `'config.${period}'`).join(', ')
    refuse(context, `at least one of these fields must be non-empty: ${fields}`, 'plugin')
  }
  for (const [index, lower] of given.entries()) {
    const upper = given.slice(index + 1).find((period) => (settings[period] ?? 0) < (settings[lower] ?? 0))
    if (upper === undefined) continue
    const [high, low] = [shown(settings[upper]), shown(settings[lower])]
    refuse(context, `The limit for ${upper}(${high}) cannot be lower than the limit for ${lower}(${low})`)
    return
  }
})
type Settings = z.output<typeof config>

/** Bounds how often a caller may come, in windows of the UTC calendar. */
export const rateLimiting: PluginKind<Settings> = {
  name: 'rate-limiting',
  priority: 910,
  allowsConsumer: true,
  config,
  create(settings, { now }) {
    const limits = periods.flatMap((period) => {
      const most = settings[period]
      return most === undefined ? [] : [{ period, most }]
    })
    const counter = createRateCounter(limits)
    const identifierOf = identifierBy(settings)
    return {
      access(exchange) {
        const verdict = counter.count(identifierOf(exchange), now())
        if (!settings.hide_client_headers) showLimits(exchange, verdict)
        if (verdict.passes) return undefined
        const retryAfter: AnswerHeaders = settings.hide_client_headers
          ? []
          : [['Retry-After', String(verdict.resetSeconds)]]
        return errorAnswer(settings.error_code, settings.error_message, retryAfter)
      },
    }
  },
}

function shown(value: number | undefined): string {
  return (value ?? 0).toFixed(1)
}

/** What a caller is told apart by; the address where the asked one is missing. */
function identifierBy({ limit_by: by, header_name: header = '' }: Settings): (exchange: Exchange) => string {
  if (by === 'ip') return ({ request }) => request.clientAddress
  if (by === 'header') return ({ request }) => request.headers.get(header) ?? request.clientAddress
  return ({ consumer, credential, request }) => consumer?.id ?? credential?.id ?? request.clientAddress
}

function showLimits({ answerHeaders }: Exchange, { windows, tightest, resetSeconds }: RateVerdict): void {
  for (const { tally, remaining } of windows) {
    answerHeaders.append(tally.limitHeader, tally.shownLimit)
    answerHeaders.append(tally.remainingHeader, String(remaining))
  }
  answerHeaders.append('RateLimit-Limit', tightest.tally.shownLimit)
  answerHeaders.append('RateLimit-Remaining', String(tightest.remaining))
  answerHeaders.append('RateLimit-Reset', String(resetSeconds))
}

import { parseArgs } from 'node:util'
import { findRegion, regions } from '@movieverse/regions/regions.ts'
import { UsageError } from '@movieverse/service/command.ts'
import type { AvailabilityOrder } from '@movieverse/titles/availability/availability-writer-command.ts'
import { offerTypes, qualities, type OfferInput } from '@movieverse/titles/availability/availability-writer.ts'

const usage = `use: pnpm availability:set --title <IMDb or global id> --region <code> and one of
  --offer ${offerTypes.join('|')} [--quality ${qualities.join('|')}] [--from YYYY-MM-DD] [--until YYYY-MM-DD]
      [--price-minor N --currency EUR] [--audio hi,en] [--subtitles en]
  --remove [--offer …] [--quality …]
  --policy off|on`

const options = {
  title: { type: 'string' },
  region: { type: 'string' },
  offer: { type: 'string' },
  quality: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  'price-minor': { type: 'string' },
  currency: { type: 'string' },
  audio: { type: 'string', default: '' },
  subtitles: { type: 'string', default: '' },
  remove: { type: 'boolean', default: false },
  policy: { type: 'string' },
} as const

/** Reads the command line of availability:set. Throws a UsageError that says what is wrong with it. */
export function readAvailabilityArguments(args: readonly string[], now: Date): AvailabilityOrder {
  const { values } = parseArgs({ args: [...args], options })
  const { title, region: regionCode } = values
  if (title === undefined || regionCode === undefined) throw new UsageError(usage)
  const region = findRegion(regionCode)
  if (!region)
    throw new UsageError(
      `no region ${JSON.stringify(regionCode)}; there is ${regions.map(({ code }) => code).join(', ')}`,
    )
  const policy = values.policy === undefined ? undefined : oneOf('--policy', values.policy, ['on', 'off'] as const)
  const offerType = values.offer === undefined ? undefined : oneOf('--offer', values.offer, offerTypes)
  const quality = values.quality === undefined ? undefined : oneOf('--quality', values.quality, qualities)
  const offer = values.remove || offerType === undefined ? undefined : offerOf(values, offerType, quality, now)
  const remove = values.remove ? { offerType, quality } : undefined
  if (!offer && !remove && !policy) throw new UsageError(`nothing to do: ${usage}`)
  return { titleId: title, regionCode: region.code, offer, remove, policy }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

function offerOf(
  values: Values,
  offerType: OfferInput['offerType'],
  quality: OfferInput['quality'] | undefined,
  now: Date,
): OfferInput {
  const from = values.from === undefined ? startOfDay(now) : dateOf('--from', values.from)
  const until = values.until === undefined ? null : dateOf('--until', values.until)
  if (until && until <= from) throw new UsageError('--until must be after --from, which is today unless given')
  const priceMinor = values['price-minor'] === undefined ? null : amountOf(values['price-minor'])
  const currency = values.currency ?? null
  if ((priceMinor === null) !== (currency === null)) throw new UsageError('--price-minor and --currency go together')
  if (currency !== null && !currencies.has(currency))
    throw new UsageError('--currency takes an ISO 4217 code such as EUR')
  return {
    offerType,
    quality: quality ?? null,
    from,
    until,
    priceMinor,
    currency,
    audio: listOf(values.audio),
    subtitles: listOf(values.subtitles),
  }
}

const currencies = new Set(Intl.supportedValuesOf('currency'))

function oneOf<Value extends string>(name: string, given: string, allowed: readonly Value[]): Value {
  const found = allowed.find((value) => value === given)
  if (found === undefined) throw new UsageError(`${name} takes ${allowed.join(', ')}`)
  return found
}

/** The start of a day in UTC, or the moment itself where a time is given. */
function dateOf(name: string, given: string): Date {
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z)?$/.test(given)
  const time = new Date(given)
  const isReal = isDate && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(given.slice(0, 10))
  if (!isReal)
    throw new UsageError(`${name} takes a date such as 2026-01-31 or a time such as 2026-01-31T18:00:00Z, in UTC`)
  return time
}

function startOfDay(time: Date): Date {
  return new Date(`${time.toISOString().slice(0, 10)}T00:00:00Z`)
}

function amountOf(given: string): number {
  const amount = /^[0-9]{1,15}$/.test(given) ? Number(given) : NaN
  if (Number.isNaN(amount))
    throw new UsageError('--price-minor takes a whole number of the smallest unit: 499 for 4.99')
  return amount
}

function listOf(given: string | undefined): string[] {
  return (given ?? '').split(',').flatMap((code) => (code.trim() === '' ? [] : [code.trim()]))
}

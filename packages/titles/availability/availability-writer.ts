import type { Knex } from 'knex'
import { toSqlTime } from '@movieverse/service/sql-time.ts'
import { policyStartOf } from './availability-policy.ts'
import { readPolicyRegions, reconcilePolicy } from './availability-policy-writer.ts'
import { recordChanges } from './availability-writer-changes.ts'
import { listAgain } from '../listing/listing-writer.ts'
import type { ChangeKind, OfferType, Quality } from '../rows.ts'
import { insertTuples } from '../writing/bulk-rows.ts'

/** What an offer can be, and its qualities. */
export const offerTypes = [
  'SUBSCRIPTION',
  'FREE',
  'ADS',
  'RENT',
  'BUY',
  'CINEMA',
] as const satisfies readonly OfferType[]
export const qualities = ['SD', 'HD', 'UHD'] as const satisfies readonly Quality[]

/** An explicit offer; within title and region its type and quality name it. */
export interface OfferInput {
  readonly offerType: OfferType
  readonly quality: Quality | null
  readonly from: Date
  readonly until: Date | null
  /** With its currency, ISO 4217, or neither. */
  readonly priceMinor: number | null
  readonly currency: string | null
  /** Language codes. */
  readonly audio: readonly string[]
  readonly subtitles: readonly string[]
}

interface StoredOffer {
  readonly id: number
  readonly offer_key: string
  readonly offer_type: string | null
  readonly available_from: string
  readonly available_until: string | null
  readonly price_minor: number | null
  readonly currency: string | null
  readonly quality: string | null
}

/** Adds an offer to a title in a region or changes the one of its type and quality; answers null where it is as stored. */
export async function writeOffer(
  trx: Knex.Transaction,
  titleId: number,
  regionCode: string,
  offer: OfferInput,
  now: Date,
): Promise<ChangeKind | null> {
  const at = toSqlTime(now)
  const key = offerKeyOf(offer.offerType, offer.quality)
  const row = rowOf(offer, key)
  const [stored] = await findOffers(trx, titleId, regionCode, key)
  const tracks = tracksOf(offer)
  if (stored && isSame(stored, row) && (await hasTracks(trx, stored.id, tracks))) return null
  if (stored)
    await trx('availabilities')
      .where({ id: stored.id })
      .update({ ...row, updated_at: at })
  else {
    const owner = { title_id: titleId, region_code: regionCode, source: 'OFFER', created_at: at, updated_at: at }
    await trx('availabilities').insert({ ...owner, ...row })
  }
  const [written] = await findOffers(trx, titleId, regionCode, key)
  if (!written) throw new Error('the offer was written but not found again')
  await trx('availability_languages').where({ availability_id: written.id }).delete()
  const languages = tracks.map((track) => [written.id, ...track])
  await insertTuples(
    trx,
    'availability_languages',
    ['availability_id', 'track', 'language_code', 'position'],
    languages,
  )
  const kind = stored ? 'CHANGED' : 'ADDED'
  const { offerType } = offer
  const { available_from: from, available_until: until } = row
  await recordChanges(trx, [{ titleId, regionCode, kind, offerType, from, until }], at)
  await updateListing(trx, titleId, now)
  return kind
}

/** Removes the title's offers in the region, or only those of one type, or one of it in one quality; answers how many. */
export async function removeOffers(
  trx: Knex.Transaction,
  titleId: number,
  regionCode: string,
  only: { readonly offerType?: OfferType | undefined; readonly quality?: Quality | undefined },
  now: Date,
): Promise<number> {
  const offers = (await findOffers(trx, titleId, regionCode)).filter(
    (row) =>
      (only.offerType === undefined || row.offer_type === only.offerType) &&
      (only.quality === undefined || row.quality === only.quality),
  )
  if (offers.length === 0) return 0
  await trx('availabilities')
    .whereIn(
      'id',
      offers.map((row) => row.id),
    )
    .delete()
  const changes = offers.map((row) => ({
    titleId,
    regionCode,
    kind: 'REMOVED' as const,
    offerType: row.offer_type,
    from: row.available_from,
    until: row.available_until,
  }))
  await recordChanges(trx, changes, toSqlTime(now))
  await updateListing(trx, titleId, now)
  return offers.length
}

/** Switches the default policy of a title in a region off or on again; answers whether that changed anything. */
export async function switchPolicy(
  trx: Knex.Transaction,
  titleId: number,
  regionCode: string,
  state: 'on' | 'off',
  now: Date,
): Promise<boolean> {
  const pair = { title_id: titleId, region_code: regionCode }
  const isOff = (await trx('availability_overrides').where(pair).first()) !== undefined
  if (isOff === (state === 'off')) return false
  if (state === 'on') await trx('availability_overrides').where(pair).delete()
  else await trx('availability_overrides').insert({ ...pair, created_at: toSqlTime(now) })
  await updateListing(trx, titleId, now)
  return true
}

/** Brings one title's policy availabilities and its places in the regions' lists up to date. */
async function updateListing(trx: Knex.Transaction, titleId: number, now: Date): Promise<void> {
  type Title = { published_on: string | null; release_year: number | null }
  const title = await trx('titles').where({ id: titleId }).first<Title>('published_on', 'release_year')
  const countries = await trx('title_countries').where({ title_id: titleId }).pluck<string[]>('country_code')
  const policyTitle = { id: titleId, countries, policyStart: policyStartOf(title.published_on, title.release_year) }
  const windows = await reconcilePolicy(trx, [policyTitle], await readPolicyRegions(trx), now)
  await listAgain(trx, [titleId], windows)
}

async function findOffers(
  trx: Knex.Transaction,
  titleId: number,
  regionCode: string,
  key?: string,
): Promise<StoredOffer[]> {
  const offers = trx('availabilities')
    .where({ title_id: titleId, region_code: regionCode, source: 'OFFER' })
    .orderBy('id')
    .select<StoredOffer[]>('id', ...comparedColumns)
  return key === undefined ? offers : offers.where({ offer_key: key })
}

function offerKeyOf(offerType: OfferType, quality: Quality | null): string {
  return quality === null ? offerType : `${offerType}:${quality}`
}

function rowOf(offer: OfferInput, key: string): Omit<StoredOffer, 'id'> {
  return {
    offer_key: key,
    offer_type: offer.offerType,
    available_from: toSqlTime(offer.from),
    available_until: offer.until && toSqlTime(offer.until),
    price_minor: offer.priceMinor,
    currency: offer.currency,
    quality: offer.quality,
  }
}

function isSame(stored: StoredOffer, row: Omit<StoredOffer, 'id'>): boolean {
  return comparedColumns.every((column) => stored[column] === row[column])
}

type Track = [track: 'AUDIO' | 'SUBTITLES', languageCode: string, position: number]

function tracksOf(offer: OfferInput): Track[] {
  return [
    ...[...new Set(offer.audio)].map((code, position): Track => ['AUDIO', code, position]),
    ...[...new Set(offer.subtitles)].map((code, position): Track => ['SUBTITLES', code, position]),
  ]
}

async function hasTracks(trx: Knex.Transaction, availabilityId: number, tracks: readonly Track[]): Promise<boolean> {
  const rows = await trx('availability_languages')
    .where({ availability_id: availabilityId })
    .orderBy(['track', 'position'])
    .select<Array<{ track: string; language_code: string }>>('track', 'language_code')
  const stored = rows.map((row) => `${row.track} ${row.language_code}`)
  return stored.join() === tracks.map(([track, code]) => `${track} ${code}`).join()
}

const comparedColumns = [
  'offer_key',
  'offer_type',
  'available_from',
  'available_until',
  'price_minor',
  'currency',
  'quality',
] as const

import type { Knex } from 'knex'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { regions } from '@movieverse/regions/regions.ts'
import { dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import { createSmallDatabase, titleInput, writtenAt } from '../../../tests/support/small-database.ts'
import { setAvailability, type AvailabilityOrder } from './availability-writer-command.ts'
import type { OfferInput } from './availability-writer.ts'
import { toGlobalId } from '../global-id.ts'
import { always } from '../listing/listing-scopes.ts'
import { syncRegions } from '../reference/regions-writer.ts'
import { inWriteTransaction } from '../writing/bulk-rows.ts'
import { writeTitles } from '../writing/title-writer.ts'

const now = new Date('2026-11-20T00:00:00Z')
const rental: OfferInput = {
  offerType: 'RENT',
  quality: 'HD',
  from: new Date('2027-01-01'),
  until: new Date('2027-03-01'),
  priceMinor: 499,
  currency: 'GBP',
  audio: ['hi', 'en'],
  subtitles: ['en'],
}

describe.each(dialects())('explicit offers on %s', (dialect) => {
  let database: TestDatabase
  let db: Knex
  beforeEach(async () => {
    database = await createSmallDatabase(dialect)
    db = database.db
    await inWriteTransaction(db, (trx) => writeTitles(trx, [titleInput()], writtenAt))
  })
  afterEach(() => database[Symbol.asyncDispose]())

  const set = (order: Partial<AvailabilityOrder>): Promise<string[]> => {
    const nothing = { offer: undefined, remove: undefined, policy: undefined }
    const whole = { titleId: 'tt0000001', regionCode: 'GB', ...nothing, ...order }
    return inWriteTransaction(db, (trx) => setAvailability(trx, whole, now))
  }
  const windows = (regionCode: string): Promise<Array<{ listed_from: string; listed_until: string }>> =>
    db('title_listings')
      .where({ scope: `region:${regionCode}` })
      .orderBy('listed_from')
      .select('listed_from', 'listed_until')
  const changes = (): Promise<unknown[]> =>
    db('availability_changes').where({ region_code: 'GB' }).orderBy('id').select('kind', 'offer_type')

  test('an offer puts a title into a region that did not produce it, for its window, and is logged', async () => {
    expect(await set({ offer: rental })).toEqual(['Ek Din Achanak in GB: RENT added'])
    expect(await windows('GB')).toEqual([
      { listed_from: '2027-01-01 00:00:00.000', listed_until: '2027-03-01 00:00:00.000' },
    ])
    expect(await changes()).toEqual([{ kind: 'ADDED', offer_type: 'RENT' }])
    expect(await db('availabilities').where({ region_code: 'GB' }).first()).toMatchObject({
      price_minor: 499,
      quality: 'HD',
    })
    expect(await db('availability_languages').orderBy(['track', 'position']).select('track', 'language_code')).toEqual([
      { track: 'AUDIO', language_code: 'hi' },
      { track: 'AUDIO', language_code: 'en' },
      { track: 'SUBTITLES', language_code: 'en' },
    ])
  })

  test('the same offer again changes nothing, another price changes it, removing it takes the title away', async () => {
    await set({ offer: rental })
    expect(await set({ offer: rental })).toEqual(['Ek Din Achanak in GB: RENT is there as it is'])
    expect(await set({ titleId: toGlobalId('Movie', 1), offer: { ...rental, priceMinor: 399 } })).toEqual([
      'Ek Din Achanak in GB: RENT changed',
    ])
    expect(await set({ remove: { offerType: 'BUY', quality: undefined } })).toEqual([
      'Ek Din Achanak in GB: 0 offers removed',
    ])
    expect(await set({ remove: { offerType: undefined, quality: undefined } })).toEqual([
      'Ek Din Achanak in GB: 1 offers removed',
    ])
    expect(await windows('GB')).toEqual([])
    expect(await changes()).toEqual(['ADDED', 'CHANGED', 'REMOVED'].map((kind) => ({ kind, offer_type: 'RENT' })))
  })

  test('windows that touch or overlap are listed once, others apart', async () => {
    await set({ offer: rental })
    await set({ offer: { ...rental, offerType: 'BUY', from: new Date('2027-03-01'), until: new Date('2027-04-01') } })
    await set({ offer: { ...rental, offerType: 'FREE', from: new Date('2028-01-01'), until: null } })
    expect(await windows('GB')).toEqual([
      { listed_from: '2027-01-01 00:00:00.000', listed_until: '2027-04-01 00:00:00.000' },
      { listed_from: '2028-01-01 00:00:00.000', listed_until: always.until },
    ])
  })

  test('an offer stands beside the default policy, which can be switched off and survives the next import', async () => {
    await set({ regionCode: 'IN', offer: rental })
    expect(await windows('IN')).toHaveLength(1)
    expect(await set({ regionCode: 'IN', policy: 'off' })).toEqual([
      'Ek Din Achanak in IN: the default policy is now off',
    ])
    expect(await windows('IN')).toEqual([
      { listed_from: '2027-01-01 00:00:00.000', listed_until: '2027-03-01 00:00:00.000' },
    ])
    await inWriteTransaction(db, (trx) => writeTitles(trx, [titleInput({ votes: 5000 })], now))
    await syncRegions(db, now)
    expect(await db('availabilities').where({ region_code: 'IN' }).pluck('source')).toEqual(['OFFER'])
    expect(await windows('IN')).toHaveLength(1)
    expect(await set({ regionCode: 'IN', policy: 'on' })).toEqual([
      'Ek Din Achanak in IN: the default policy is now on',
    ])
    expect(await windows('IN')).toEqual([{ listed_from: '1989-06-01 00:00:00.000', listed_until: always.until }])
  })

  test.each([
    ['title', { titleId: 'tt7777777', policy: 'off' }, 'NOT_FOUND'],
    ['global id of a person', { titleId: toGlobalId('Person', 1), policy: 'off' }, 'NOT_FOUND'],
    ['region', { regionCode: 'FR', policy: 'off' }, 'UNKNOWN_REGION'],
    ['language', { offer: { ...rental, audio: ['xx'] } }, 'BAD_USER_INPUT'],
  ] as const)('an unknown %s is refused with a code and nothing is written', async (_what, order, code) => {
    await expect(set(order)).rejects.toMatchObject({ code })
    expect(await db('availabilities').where({ source: 'OFFER' })).toEqual([])
    expect(await db('availability_overrides')).toEqual([])
  })

  test('a region that is new gets the titles that it helped produce, and loses none when it is synchronised again', async () => {
    const french = titleInput({
      imdbId: 'tt0000002',
      title: 'Le roi de coeur',
      countries: ['FR'],
      publishedOn: '1966-12-21',
    })
    await inWriteTransaction(db, (trx) => writeTitles(trx, [french], writtenAt))
    const france = {
      code: 'FR',
      slug: 'france',
      name: 'France',
      label: 'France',
      port: 8053,
      currency: 'EUR',
      countries: ['FR'],
    }
    expect(await syncRegions(db, now, [...regions, france])).toBe(1)
    const listed = await db('title_listings as l')
      .join('titles as t', 't.id', 'l.title_id')
      .where({ scope: 'region:FR' })
      .pluck('title')
    expect(listed).toEqual(['Le roi de coeur'])
    expect(await db('availability_changes').where({ region_code: 'FR' }).pluck('kind')).toEqual(['ADDED'])
    expect(await syncRegions(db, now, [...regions, france])).toBe(0)
  })

  test('a region that loses a country loses the titles that only that country brought', async () => {
    const india = regions.filter(({ code }) => code === 'IN')
    const others = regions.filter(({ code }) => code !== 'IN')
    expect(await syncRegions(db, now, [...others, ...india.map((region) => ({ ...region, countries: ['DE'] }))])).toBe(
      1,
    )
    expect(await windows('IN')).toEqual([])
    expect(await db('availability_changes').where({ region_code: 'IN' }).orderBy('id').pluck('kind')).toEqual([
      'ADDED',
      'REMOVED',
    ])
  })
})

import type { Knex } from 'knex'
import { PublicError } from '@movieverse/service/errors.ts'
import { removeOffers, switchPolicy, writeOffer, type OfferInput } from './availability-writer.ts'
import { fromGlobalId } from '../global-id.ts'
import type { OfferType, Quality } from '../rows.ts'

/** What availability:set is asked to do with one title in one region: any of the three. */
export interface AvailabilityOrder {
  /** At IMDb, or global. */
  readonly titleId: string
  readonly regionCode: string
  readonly policy: 'on' | 'off' | undefined
  readonly remove: { readonly offerType: OfferType | undefined; readonly quality: Quality | undefined } | undefined
  readonly offer: OfferInput | undefined
}

/**
 * Carries out the order in the caller's transaction (inWriteTransaction), with its changes logged and the region's
 * lists brought up to date; answers what it did, a line each. Throws a PublicError where title, region or a language
 * is unknown.
 */
export async function setAvailability(trx: Knex.Transaction, order: AvailabilityOrder, now: Date): Promise<string[]> {
  const { policy, remove, offer, regionCode } = order
  const title = await getTitle(trx, order.titleId)
  await requireRegion(trx, regionCode)
  const done: string[] = []
  if (policy) {
    const changed = await switchPolicy(trx, title.id, regionCode, policy, now)
    done.push(`the default policy is ${changed ? 'now' : 'already'} ${policy}`)
  }
  if (remove) done.push(`${await removeOffers(trx, title.id, regionCode, remove, now)} offers removed`)
  if (offer) {
    await requireLanguages(trx, [...offer.audio, ...offer.subtitles])
    const kind = await writeOffer(trx, title.id, regionCode, offer, now)
    done.push(`${offer.offerType} ${kind === null ? 'is there as it is' : kind.toLowerCase()}`)
  }
  return done.map((line) => `${title.title} in ${regionCode}: ${line}`)
}

async function getTitle(trx: Knex.Transaction, given: string): Promise<{ id: number; title: string }> {
  const global = fromGlobalId(given)
  const where = global ? { id: global.type === 'Movie' ? global.id : 0 } : { imdb_id: given }
  const title = await trx('titles').where(where).first<{ id: number; title: string } | undefined>('id', 'title')
  if (!title) throw new PublicError('NOT_FOUND', `no title has the id ${JSON.stringify(given)}`)
  return title
}

async function requireRegion(trx: Knex.Transaction, code: string): Promise<void> {
  if (await trx('regions').where({ code }).first()) return
  throw new PublicError('UNKNOWN_REGION', `the database does not know region ${code} yet: run "pnpm db:seed"`)
}

async function requireLanguages(trx: Knex.Transaction, codes: readonly string[]): Promise<void> {
  const known = new Set(await trx('languages').whereIn('code', codes).pluck<string[]>('code'))
  const unknown = codes.filter((code) => !known.has(code))
  if (unknown.length > 0)
    throw new PublicError('BAD_USER_INPUT', `unknown language ${unknown.join(', ')}: give ISO 639 codes such as hi`)
}

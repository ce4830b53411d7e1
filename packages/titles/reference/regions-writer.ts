import type { Knex } from 'knex'
import { regions as configuredRegions, type Region } from '@movieverse/regions/regions.ts'
import { policyKey, policyStartOf } from '../availability/availability-policy.ts'
import { readPolicyRegions, reconcilePolicy } from '../availability/availability-policy-writer.ts'
import { listAgain } from '../listing/listing-writer.ts'
import { chunksOf, insertRows, insertTuples, inWriteTransaction, selectIn } from '../writing/bulk-rows.ts'

/** Titles of one transaction: on SQLite it stays far below 100 ms. */
const titlesAtOnce = 200

/**
 * Brings the regions of the database in line with the list and the default policy in line with the regions: titles of
 * a region that is new, or has new countries, become available there, in batches. What an interrupted run left open
 * the next one finds. Regions that are no longer listed stay, with what is available in them. Answers how many titles
 * it changed.
 */
export async function syncRegions(
  db: Knex,
  now: Date,
  regions: readonly Region[] = configuredRegions,
): Promise<number> {
  await writeRegions(db, regions)
  const titleIds = await findDiffering(db)
  for (const ids of chunksOf(titleIds, titlesAtOnce)) {
    await inWriteTransaction(db, (trx) => applyPolicy(trx, ids, now))
  }
  return titleIds.length
}

async function writeRegions(db: Knex, regions: readonly Region[]): Promise<void> {
  const rows = regions.map(({ code, slug, name, label, currency }) => ({ code, slug, name, label, currency }))
  const pairs = regions.flatMap(({ code, countries }) => countries.map((country) => [code, country]))
  await inWriteTransaction(db, async (trx) => {
    const merge = ['slug', 'name', 'label', 'currency'] as const
    await insertRows(trx, 'regions', ['code', ...merge], rows, { key: 'code', merge })
    const stored = await readPolicyRegions(trx)
    for (const region of stored) {
      const listed = regions.find(({ code }) => code === region.code)
      const gone = listed ? region.countries.filter((country) => !listed.countries.includes(country)) : []
      await trx('region_countries').where({ region_code: region.code }).whereIn('country_code', gone).delete()
    }
    const known = new Set(stored.flatMap(({ code, countries }) => countries.map((country) => `${code} ${country}`)))
    const added = pairs.filter((pair) => !known.has(pair.join(' ')))
    await insertTuples(trx, 'region_countries', ['region_code', 'country_code'], added)
  })
}

/** Titles that lack an availability that the default policy gives, or have one that it does not. */
async function findDiffering(db: Knex): Promise<number[]> {
  const missing = await db('region_countries as rc')
    .join('title_countries as tc', 'tc.country_code', 'rc.country_code')
    .leftJoin('availabilities as a', (on) =>
      on.on('a.title_id', 'tc.title_id').on('a.region_code', 'rc.region_code').onVal('a.offer_key', policyKey),
    )
    .leftJoin('availability_overrides as o', (on) =>
      on.on('o.title_id', 'tc.title_id').on('o.region_code', 'rc.region_code'),
    )
    .whereNull('a.id')
    .whereNull('o.title_id')
    .distinct()
    .select<Array<{ title_id: number }>>('tc.title_id')
  const surplus = await db('availabilities as a')
    .where('a.source', policyKey)
    .whereNotExists(
      db('title_countries as tc')
        .join('region_countries as rc', 'rc.country_code', 'tc.country_code')
        .whereRaw('tc.title_id = a.title_id')
        .whereRaw('rc.region_code = a.region_code'),
    )
    .distinct()
    .select<Array<{ title_id: number }>>('a.title_id')
  return [...new Set([...missing, ...surplus].map((row) => row.title_id))].toSorted((a, b) => a - b)
}

async function applyPolicy(trx: Knex.Transaction, titleIds: readonly number[], now: Date): Promise<void> {
  type Title = { id: number; published_on: string | null; release_year: number | null }
  const titles = await selectIn(titleIds, (ids) =>
    trx('titles').whereIn('id', ids).select<Title[]>('id', 'published_on', 'release_year'),
  )
  const countries = await selectIn(titleIds, (ids) =>
    trx('title_countries')
      .whereIn('title_id', ids)
      .select<Array<{ title_id: number; country_code: string }>>('title_id', 'country_code'),
  )
  const countriesOf = Map.groupBy(countries, (row) => row.title_id)
  const policyTitles = titles.map(({ id, published_on, release_year }) => ({
    id,
    countries: (countriesOf.get(id) ?? []).map((row) => row.country_code),
    policyStart: policyStartOf(published_on, release_year),
  }))
  const windows = await reconcilePolicy(trx, policyTitles, await readPolicyRegions(trx), now)
  await listAgain(trx, titleIds, windows)
}

import type { Knex } from 'knex'
import { toSqlTime } from '@movieverse/service/sql-time.ts'
import { policyKey, policyRegionsOf, type PolicyRegion } from './availability-policy.ts'
import { recordChanges, type AvailabilityChange } from './availability-writer-changes.ts'
import type { RegionWindow } from '../listing/listing-rows.ts'
import { insertRows, selectIn } from '../writing/bulk-rows.ts'

/** What the default policy looks at. */
export interface PolicyTitle {
  readonly id: number
  readonly countries: readonly string[]
  /** From policyStartOf. */
  readonly policyStart: string
}

/** The windows of all availabilities of each title. */
export type WindowsByTitle = ReadonlyMap<number, readonly RegionWindow[]>

interface StoredAvailability {
  readonly id: number
  readonly title_id: number
  readonly region_code: string
  readonly source: string
  readonly offer_type: string | null
  readonly available_from: string
  readonly available_until: string | null
}

/** The regions that the database knows, with the countries of each. */
export async function readPolicyRegions(db: Knex): Promise<PolicyRegion[]> {
  const rows = await db('region_countries')
    .orderBy(['region_code', 'country_code'])
    .select<Array<{ region_code: string; country_code: string }>>('region_code', 'country_code')
  const groups = Map.groupBy(rows, (row) => row.region_code)
  return [...groups].map(([code, members]) => ({ code, countries: members.map((row) => row.country_code) }))
}

/**
 * Brings the availabilities that the default policy gives the titles up to date, with a change for each real
 * difference; pairs for which it is switched off have none. Answers the windows of all availabilities of the titles,
 * explicit offers among them.
 */
export async function reconcilePolicy(
  trx: Knex.Transaction,
  titles: readonly PolicyTitle[],
  regions: readonly PolicyRegion[],
  now: Date,
): Promise<WindowsByTitle> {
  const ids = titles.map((title) => title.id)
  const stored = await selectIn(ids, (chunk) =>
    trx('availabilities').whereIn('title_id', chunk).select<StoredAvailability[]>(fields),
  )
  const off = await switchedOff(trx, ids)
  const policies = new Map(stored.filter(isPolicy).map((row) => [pairKey(row.title_id, row.region_code), row]))
  const windows = Map.groupBy(stored.filter((row) => !isPolicy(row)).map(windowOf), (window) => window.titleId)
  const plan: PolicyPlan = { added: [], changed: [], removed: policies }
  for (const title of titles) {
    for (const regionCode of policyRegionsOf(title.countries, regions)) {
      const key = pairKey(title.id, regionCode)
      if (off.has(key)) continue
      planOne(plan, policies.get(key), { titleId: title.id, regionCode, from: title.policyStart })
      const window = { titleId: title.id, regionCode, from: title.policyStart, until: null }
      windows.set(title.id, [...(windows.get(title.id) ?? []), window])
    }
  }
  await applyPlan(trx, plan, toSqlTime(now))
  return windows
}

interface PolicyPlan {
  readonly added: Array<{ titleId: number; regionCode: string; from: string }>
  readonly changed: Array<{ id: number; titleId: number; regionCode: string; from: string }>
  /** What is left of the stored policies once the wanted ones are taken out. */
  readonly removed: Map<string, StoredAvailability>
}

function planOne(plan: PolicyPlan, stored: StoredAvailability | undefined, wanted: PolicyPlan['added'][number]): void {
  if (!stored) plan.added.push(wanted)
  else if (stored.available_from !== wanted.from) plan.changed.push({ id: stored.id, ...wanted })
  plan.removed.delete(pairKey(wanted.titleId, wanted.regionCode))
}

async function applyPlan(trx: Knex.Transaction, { added, changed, removed }: PolicyPlan, now: string): Promise<void> {
  const rows = added.map(({ titleId, regionCode, from }) => ({
    title_id: titleId,
    region_code: regionCode,
    source: policyKey,
    offer_key: policyKey,
    available_from: from,
    created_at: now,
    updated_at: now,
  }))
  await insertRows(trx, 'availabilities', insertedColumns, rows)
  for (const { id, from } of changed) {
    await trx('availabilities').where({ id }).update({ available_from: from, updated_at: now })
  }
  const gone = [...removed.values()]
  await selectIn(
    gone.map((row) => row.id),
    async (ids) => (await trx('availabilities').whereIn('id', ids).delete(), []),
  )
  const change = (kind: AvailabilityChange['kind']) => (row: PolicyPlan['added'][number]) => ({
    ...row,
    kind,
    offerType: null,
    until: null,
  })
  const removals = gone.map((row) => ({ titleId: row.title_id, regionCode: row.region_code, from: row.available_from }))
  await recordChanges(
    trx,
    [...added.map(change('ADDED')), ...changed.map(change('CHANGED')), ...removals.map(change('REMOVED'))],
    now,
  )
}

async function switchedOff(trx: Knex.Transaction, titleIds: readonly number[]): Promise<Set<string>> {
  const rows = await selectIn(titleIds, (chunk) =>
    trx('availability_overrides')
      .whereIn('title_id', chunk)
      .select<Array<{ title_id: number; region_code: string }>>('title_id', 'region_code'),
  )
  return new Set(rows.map((row) => pairKey(row.title_id, row.region_code)))
}

function windowOf(row: StoredAvailability): RegionWindow & { readonly titleId: number } {
  return { titleId: row.title_id, regionCode: row.region_code, from: row.available_from, until: row.available_until }
}

function pairKey(titleId: number, regionCode: string): string {
  return `${titleId} ${regionCode}`
}

function isPolicy(row: StoredAvailability): boolean {
  return row.source === policyKey
}

const fields = ['id', 'title_id', 'region_code', 'source', 'offer_type', 'available_from', 'available_until']
const insertedColumns = [
  'title_id',
  'region_code',
  'source',
  'offer_key',
  'available_from',
  'created_at',
  'updated_at',
] as const

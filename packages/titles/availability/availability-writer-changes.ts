import type { Knex } from 'knex'
import type { ChangeKind } from '../rows.ts'
import { insertRows } from '../writing/bulk-rows.ts'

/** One line of the log of availability changes; times as stored. */
export interface AvailabilityChange {
  readonly titleId: number
  readonly regionCode: string
  readonly kind: ChangeKind
  readonly offerType: string | null
  readonly from: string
  readonly until: string | null
}

const columns = [
  'title_id',
  'region_code',
  'kind',
  'offer_type',
  'available_from',
  'available_until',
  'changed_at',
] as const

/** Appends the changes to availability_changes; call it in the transaction that makes them. */
export async function recordChanges(
  trx: Knex.Transaction,
  changes: readonly AvailabilityChange[],
  changedAt: string,
): Promise<void> {
  const rows = changes.map((change) => ({
    title_id: change.titleId,
    region_code: change.regionCode,
    kind: change.kind,
    offer_type: change.offerType,
    available_from: change.from,
    available_until: change.until,
    changed_at: changedAt,
  }))
  await insertRows(trx, 'availability_changes', columns, rows)
}

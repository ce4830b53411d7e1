import type { Knex } from 'knex'
import type { WindowsByTitle } from '../availability/availability-policy-writer.ts'
import { listingColumns, regionRowsOf, type ListingRow } from './listing-rows.ts'
import { everyTitle, scopes } from './listing-scopes.ts'
import type { SortKeys } from './sort-keys.ts'
import { chunksOf, insertRows } from '../writing/bulk-rows.ts'

/** Writes the rows of all regions' scopes of the titles anew, from the windows of all their availabilities. */
export async function listAgain(
  trx: Knex.Transaction,
  titleIds: readonly number[],
  windows: WindowsByTitle,
): Promise<void> {
  for (const ids of chunksOf(titleIds, 500)) {
    const listed = await trx('title_listings')
      .whereIn('title_id', ids)
      .where({ scope: everyTitle })
      .select<ListingRow[]>(listingColumns)
    await trx('title_listings').whereIn('title_id', ids).where('scope', 'like', scopes.region('%')).delete()
    const rows = listed.flatMap((row) => regionRowsOf(row.title_id, keysOf(row), windows.get(row.title_id) ?? []))
    await insertRows(trx, 'title_listings', listingColumns, rows)
  }
}

/** The ordering keys are the same in every scope. */
function keysOf({ title_key, year_key, rating_key, votes_key, popularity_key, newest_key }: ListingRow): SortKeys {
  return { title_key, year_key, rating_key, votes_key, popularity_key, newest_key }
}

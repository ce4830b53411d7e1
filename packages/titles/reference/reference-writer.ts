import type { Knex } from 'knex'
import { insertRows, inWriteTransaction } from '../writing/bulk-rows.ts'

/** What titles refer to: ISO 3166-1 and 3166-3 countries, ISO 639 languages, genres. */
export interface ReferenceData {
  readonly countries: ReadonlyArray<{ readonly code: string; readonly name: string; readonly standard: string }>
  readonly languages: readonly CodeAndName[]
  readonly genres: readonly CodeAndName[]
}

interface CodeAndName {
  readonly code: string
  readonly name: string
}

/** Writes the reference data by code: new codes are added, names follow; nothing is removed, since titles may use it. */
export async function writeReferenceData(db: Knex, { countries, languages, genres }: ReferenceData): Promise<void> {
  await inWriteTransaction(db, async (trx) => {
    await insertRows(trx, 'countries', ['code', 'name', 'standard'], countries, {
      key: 'code',
      merge: ['name', 'standard'],
    })
    await insertRows(trx, 'languages', ['code', 'name'], languages, { key: 'code', merge: ['name'] })
    await insertRows(trx, 'genres', ['code', 'name'], genres, { key: 'code', merge: ['name'] })
  })
}

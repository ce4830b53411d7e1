import { readSeedTitles } from '@movieverse/titles/seeding/seed-titles.ts'
import { chunksOf, inWriteTransaction } from '@movieverse/titles/writing/bulk-rows.ts'
import { writeTitles } from '@movieverse/titles/writing/title-writer.ts'
import type { Knex } from 'knex'

/** Titles of one transaction: on SQLite it stays below 100 ms. */
const titlesAtOnce = 40

/** The hand-written titles. Those that an import has written since are left alone. */
export async function seed(db: Knex): Promise<void> {
  const now = new Date()
  for (const titles of chunksOf(await readSeedTitles(), titlesAtOnce)) {
    await inWriteTransaction(db, (trx) => writeTitles(trx, titles, now, 'seed'))
  }
}

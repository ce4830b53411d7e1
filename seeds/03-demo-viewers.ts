import { writeDemoViewers } from '@movieverse/viewers/demo-viewers-writer.ts'
import type { Knex } from 'knex'

/** People with tastes, so that recommendations have something to go by. A database with viewers is left alone. */
export async function seed(db: Knex): Promise<void> {
  await writeDemoViewers(db, new Date())
}

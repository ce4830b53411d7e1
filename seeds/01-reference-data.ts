import { readReferenceData } from '@movieverse/titles/reference/reference-data.ts'
import { writeReferenceData } from '@movieverse/titles/reference/reference-writer.ts'
import { syncRegions } from '@movieverse/titles/reference/regions-writer.ts'
import type { Knex } from 'knex'

/** Countries, languages, genres, and the regions of subgraphs/regions.json with their default availabilities. */
export async function seed(db: Knex): Promise<void> {
  await writeReferenceData(db, await readReferenceData())
  await syncRegions(db, new Date())
}

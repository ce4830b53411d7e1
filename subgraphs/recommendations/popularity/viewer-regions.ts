import type { Knex } from 'knex'

const viewersAtOnce = 5000

/** The region of every viewer who has one, by row id; read in batches. */
export async function listViewerRegions(db: Knex): Promise<Map<number, string>> {
  const regions = new Map<number, string>()
  for (let after = 0; ;) {
    const rows: Array<{ id: number; regionCode: string }> = await db('viewers')
      .select('id', 'region_code as regionCode')
      .where('id', '>', after)
      .whereNotNull('region_code')
      .orderBy('id')
      .limit(viewersAtOnce)
    for (const { id, regionCode } of rows) regions.set(id, regionCode)
    after = rows.at(-1)?.id ?? after
    if (rows.length < viewersAtOnce) return regions
  }
}

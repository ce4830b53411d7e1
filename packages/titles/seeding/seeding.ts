import { fileURLToPath } from 'node:url'
import type { Knex } from 'knex'

const directory = fileURLToPath(new URL('../../../seeds', import.meta.url))
const referenceData = '01-reference-data.ts'
const titles = '02-titles.ts'
const demoViewers = '03-demo-viewers.ts'

export interface SeedOptions {
  /** Whether a database without viewers also gets some: for development. */
  readonly hasDemoViewers?: boolean
}

/** Writes reference data, regions and titles of seeds/ into a migrated database; answers how many titles were added. */
export async function seedDatabase(db: Knex, { hasDemoViewers = false }: SeedOptions = {}): Promise<number> {
  const before = await countTitles(db)
  await runSeed(db, referenceData)
  await runSeed(db, titles)
  if (hasDemoViewers) await runSeed(db, demoViewers)
  return (await countTitles(db)) - before
}

/**
 * The same for a database that holds no title; in any other only reference data and regions are brought up to date.
 * Answers how many titles were added.
 */
export async function seedIfEmpty(db: Knex, options: SeedOptions = {}): Promise<number> {
  if ((await countTitles(db)) === 0) return seedDatabase(db, options)
  await runSeed(db, referenceData)
  return 0
}

/** The files are named one by one: Knex would also run the tests beside them. */
async function runSeed(db: Knex, specific: string): Promise<void> {
  await db.seed.run({ directory, loadExtensions: ['.ts'], specific })
}

async function countTitles(db: Knex): Promise<number> {
  const row = await db('titles').count<Array<{ count: number }>>('* as count')
  return row[0]?.count ?? 0
}

import { fileURLToPath } from 'node:url'
import type { Knex } from 'knex'

const directory = fileURLToPath(new URL('../../migrations', import.meta.url))
const config = { directory, loadExtensions: ['.ts'] } satisfies Knex.MigratorConfig

/** Brings the schema up to date; answers the names of the migrations that ran. */
export async function migrate(db: Knex): Promise<string[]> {
  const [, names] = await db.migrate.latest(config)
  return names
}

/** Takes back the last batch of migrations, or all of them; answers their names. */
export async function rollback(db: Knex, all = false): Promise<string[]> {
  const [, names] = await db.migrate.rollback(config, all)
  return names
}

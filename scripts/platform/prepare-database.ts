import { withoutPassword } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { seedIfEmpty } from '@movieverse/titles/seeding.ts'
import type { Knex } from 'knex'
import { StartError } from './start-error.ts'

/** Brings the schema up to date and seeds a database that holds no title. Throws a StartError where it cannot. */
export async function prepareDatabase(url: string, print: (line: string) => void): Promise<void> {
  try {
    await prepare(createDatabase(url), print)
  } catch (error) {
    throw databaseError(error, url)
  }
}

async function prepare(db: Knex, print: (line: string) => void): Promise<void> {
  try {
    const migrations = await migrate(db)
    if (migrations.length > 0) print(`database: ${migrations.length} migrations`)
    const titles = await seedIfEmpty(db)
    if (titles > 0) print(`database: ${titles} titles seeded`)
  } finally {
    await db.destroy()
  }
}

const explanations: Readonly<Record<string, string>> = {
  EACCES: 'its folder cannot be written',
  EEXIST: 'its folder cannot be written',
  ENOTDIR: 'its folder cannot be written',
  EROFS: 'its folder cannot be written',
  SQLITE_CANTOPEN: 'its folder cannot be written',
  SQLITE_READONLY: 'its file cannot be written',
  ECONNREFUSED: 'no server answers there',
  ER_BAD_DB_ERROR: 'it does not exist yet: run "pnpm db:create"',
  ER_ACCESS_DENIED_ERROR: 'its user or password is refused',
}

function databaseError(error: unknown, url: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const explanation = explanations[code]
  return explanation ? new StartError(`the database ${withoutPassword(url)}: ${explanation}`, { cause: error }) : error
}

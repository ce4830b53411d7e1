import { withoutPassword } from '@movieverse/service/config.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import { databaseUrlOf, type DatabaseUrls } from '@movieverse/service/migration-sets.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { seedIfEmpty } from '@movieverse/titles/seeding/seeding.ts'
import { createDemoAccounts } from '@movieverse/web/sign-in/accounts/demo-accounts.ts'
import type { Knex } from 'knex'
import { trainIfUntrained } from '../../subgraphs/recommendations/training/train-if-untrained.ts'
import { StartError } from './start-error.ts'

type Print = (line: string) => void

/**
 * Brings the schemas up to date, seeds a database that holds no title and trains a first model; in development also makes
 * the demo viewers and their accounts. Throws a StartError where it cannot.
 */
export async function prepareDatabases(urls: DatabaseUrls, isDevelopment: boolean, print: Print): Promise<void> {
  await prepare(databaseUrlOf('platform', urls), (db) => preparePlatform(db, isDevelopment, print))
  await prepare(databaseUrlOf('web', urls), (db) => prepareWeb(db, isDevelopment, print))
  await prepare(databaseUrlOf('edge', urls), async (db) =>
    tellMigrations('edge', await migrate(db, { set: 'edge' }), print),
  )
}

async function prepare(url: string, work: (db: Knex) => Promise<void>): Promise<void> {
  try {
    await using opened = disposable(createDatabase(url))
    await work(opened.db)
  } catch (error) {
    throw databaseError(error, url)
  }
}

function disposable(db: Knex): AsyncDisposable & { readonly db: Knex } {
  return { db, [Symbol.asyncDispose]: () => db.destroy() }
}

async function preparePlatform(db: Knex, isDevelopment: boolean, print: Print): Promise<void> {
  tellMigrations('database', await migrate(db), print)
  const titles = await seedIfEmpty(db, { hasDemoViewers: isDevelopment })
  if (titles > 0) print(`database: ${titles} titles seeded`)
  const model = await trainIfUntrained(db, new Date())
  if (model) print(`database: a first recommendation model of ${model.titles} titles`)
}

async function prepareWeb(db: Knex, isDevelopment: boolean, print: Print): Promise<void> {
  tellMigrations('web', await migrate(db, { set: 'web' }), print)
  const made = isDevelopment ? await createDemoAccounts(db) : 0
  if (made > 0) print(`web: ${made} demo accounts`)
}

function tellMigrations(what: string, names: readonly string[], print: Print): void {
  if (names.length > 0) print(`${what}: ${names.length} migrations`)
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

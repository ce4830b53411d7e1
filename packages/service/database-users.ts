import type { Knex } from 'knex'
import { databaseUsers, rightsByTable, rightsOf, type DatabaseUser, type Right } from './database-rights.ts'
import { dialectOf } from './dialect.ts'

/** The password of each user. */
export type DatabasePasswords = Readonly<Record<DatabaseUser, string>>

/**
 * Creates a MySQL database and its users, or gives existing ones the passwords and exactly their rights: tables that
 * are not there yet get theirs from `migrate`. Users may connect from any host (`'%'`): which hosts reach the server is
 * the network's matter. `db` is connected to the server, without a database, as one who may create users.
 */
export async function createDatabaseAndUsers(db: Knex, database: string, passwords: DatabasePasswords): Promise<void> {
  await db.raw('create database if not exists ?? character set utf8mb4 collate utf8mb4_unicode_520_ci', [database])
  for (const user of databaseUsers) {
    await db.raw("create user if not exists ?@'%' identified by ?", [user, passwords[user]])
    await db.raw("alter user ?@'%' identified by ?", [user, passwords[user]])
  }
  // With the grant option, so that it can give the others rights on the tables that it creates.
  await db.raw("grant all privileges on ??.* to movieverse_migrator@'%' with grant option", [database])
  await revokeExcess(db, database)
  for (const user of databaseUsers) await grantTables(db, database, user)
}

/** Error codes that say: there is no such user, or this one may not give rights. */
const notOurs = new Set([
  'ER_PASSWORD_NO_MATCH',
  'ER_CANT_CREATE_USER_WITH_GRANT',
  'ER_NONEXISTING_GRANT',
  'ER_ACCESS_DENIED_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
  'ER_NO_SUCH_USER',
])

/**
 * Gives the users their rights on the tables of the connected database, after a migration made new ones. Answers the
 * users it could do that for: none on SQLite, before `pnpm db:create`, or where the connected user may not.
 */
export async function grantRights(db: Knex): Promise<DatabaseUser[]> {
  if (dialectOf(db) === 'sqlite') return []
  const [[{ name }]] = await db.raw('select database() as name')
  const granted: DatabaseUser[] = []
  for (const user of databaseUsers) {
    if (rightsOf(user).length === 0) continue
    try {
      if ((await grantTables(db, name, user)) > 0) granted.push(user)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && notOurs.has(String(error.code)))) throw error
    }
  }
  return granted
}

/** Answers on how many tables it gave rights: those that are there, as far as the connected user sees them. */
async function grantTables(db: Knex, database: string, user: DatabaseUser): Promise<number> {
  const existing = new Set(await tablesOf(db, database))
  const tables = rightsOf(user).filter(({ table }) => existing.has(table))
  for (const { table, rights } of tables)
    await db.raw(`grant ${rights.join(', ')} on ??.?? to ?@'%'`, [database, table, user])
  return tables.length
}

async function tablesOf(db: Knex, database: string): Promise<string[]> {
  const rows: { name: string }[] = await db('information_schema.tables')
    .where({ table_schema: database })
    .select('table_name as name')
  return rows.map(({ name }) => name)
}

interface Grant {
  readonly grantee: string
  readonly tableName: string
  readonly right: string
}

/** Takes back what a user has on a table and should not have, and rights on the whole database but the migrator's. */
async function revokeExcess(db: Knex, database: string): Promise<void> {
  // Every column with an alias: MySQL 8 names those of information_schema in capitals.
  const grants: Grant[] = await db('information_schema.table_privileges')
    .where({ table_schema: database })
    .select('grantee as grantee', 'table_name as tableName', 'privilege_type as right')
  for (const user of databaseUsers) {
    for (const { tableName, right } of grants.filter(({ grantee }) => grantee === `'${user}'@'%'`)) {
      if (!mayHave(user, tableName, right))
        await db.raw(`revoke ${right} on ??.?? from ?@'%'`, [database, tableName, user])
    }
    const onAll = await db('information_schema.schema_privileges')
      .where({ table_schema: database, grantee: `'${user}'@'%'` })
      .first('grantee as grantee')
    if (onAll && user !== 'movieverse_migrator')
      await db.raw("revoke all privileges on ??.* from ?@'%'", [database, user])
  }
}

function mayHave(user: DatabaseUser, table: string, right: string): boolean {
  const rights: readonly Right[] = rightsByTable[table]?.[user] ?? []
  return rights.some((each) => each === right)
}

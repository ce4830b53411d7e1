import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { createDatabase } from '@movieverse/service/database.ts'
import type { Dialect } from '@movieverse/service/dialect.ts'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Root's URL of the throwaway MariaDB, or undefined where the machine has none. */
    mariadbUrl: string | undefined
  }
}

/** The dialects that this machine can test: SQLite always, MySQL's where MariaDB is installed. */
export function dialects(): Dialect[] {
  return inject('mariadbUrl') ? ['sqlite', 'mysql'] : ['sqlite']
}

/** A database of its own, empty, dropped when it is disposed of. */
export interface TestDatabase extends AsyncDisposable {
  readonly db: Knex
  readonly url: string
}

/** Makes an empty database in the dialect; the caller migrates it. */
export async function createTestDatabase(dialect: Dialect): Promise<TestDatabase> {
  return dialect === 'sqlite' ? createSqliteTestDatabase() : createMysqlTestDatabase()
}

async function createSqliteTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-sqlite-'))
  const url = `sqlite:${folder}/test.sqlite`
  const db = createDatabase(url)
  return {
    db,
    url,
    async [Symbol.asyncDispose]() {
      await db.destroy()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function createMysqlTestDatabase(): Promise<TestDatabase> {
  const root = inject('mariadbUrl')
  if (!root) throw new Error('MariaDB is not running')
  const name = `test_${randomBytes(6).toString('hex')}`
  const admin = createDatabase(`${root}mysql`)
  await admin.raw('create database ??', [name])
  const db = createDatabase(root + name)
  return {
    db,
    url: root + name,
    async [Symbol.asyncDispose]() {
      await db.destroy()
      await admin.raw('drop database ??', [name])
      await admin.destroy()
    },
  }
}

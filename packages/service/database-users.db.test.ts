import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { createDatabase } from './database.ts'
import { databaseUsers, rightsByTable, type DatabaseUser } from './database-rights.ts'
import { createDatabaseAndUsers, grantRights } from './database-users.ts'
import { migrationSets } from './migration-sets.ts'
import { migrate } from './migrations.ts'

const passwords = {
  movieverse_catalog: "catalog's password",
  movieverse_region: 'region-password',
  movieverse_viewers: 'viewers-password',
  movieverse_recommendations: 'recommendations-password',
  movieverse_importer: 'importer-password',
  movieverse_web: 'web-password',
  movieverse_edge: 'edge-password',
  movieverse_migrator: 'migrator-password',
}

function script(name: string, env: Record<string, string>, ...args: string[]) {
  const path = fileURLToPath(new URL(`../../scripts/db/${name}.ts`, import.meta.url))
  return spawnSync(process.execPath, [path, ...args], {
    encoding: 'utf8',
    timeout: 30_000,
    env: { PATH: process.env.PATH, ...env },
  })
}

test('on SQLite db:create makes the folder and the file, and db:migrate the tables', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-create-'))
  const path = join(folder, 'deep', 'movies.sqlite')
  const env = { DATABASE_URL: `sqlite:${path}` }
  const paths = [path, join(folder, 'deep', 'web.sqlite'), join(folder, 'deep', 'edge.sqlite')]
  const lines = (say: (file: string) => string): string => paths.map((file) => `${say(file)}\n`).join('')
  expect(script('create', env)).toMatchObject({ status: 0, stderr: '', stdout: lines((file) => `Created ${file}.`) })
  expect(paths.map((file) => existsSync(file))).toEqual([true, true, true])
  expect(script('create', env).stdout).toBe(lines((file) => `${file} was there already.`))
  expect(script('migrate', env)).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^migrated .*reference.tables.ts\n/),
  })
  expect(script('migrate', env).stdout).toBe('The schema was up to date.\n')
  expect(script('rollback', env, '--all').stdout).toMatch(/took back .*reference.tables.ts\n/)
  expect(script('rollback', env).stdout).toBe('There was nothing to take back.\n')
  expect(script('rollback', env, '--set', 'web').stdout).toMatch(/took back .*accounts-and-sessions.ts\n/)
  await rm(folder, { recursive: true })
})

test.each([
  ['create', ['--nonsense'], {}, 2, "db:create: Unknown option '--nonsense'"],
  ['migrate', [], { DATABASE_URL: 'postgres://x' }, 2, 'db:migrate: bad configuration:'],
  ['migrate', [], { DATABASE_URL: 'mysql://root@127.0.0.1:1/x' }, 1, 'db:migrate: connect ECONNREFUSED 127.0.0.1:1'],
  ['migrate', [], { DATABASE_URL: 'sqlite:/dev/null/x.sqlite' }, 1, 'db:migrate: EEXIST'],
  ['rollback', ['--set', 'films'], {}, 2, 'db:rollback: --set takes platform, web, edge'],
  [
    'create',
    [],
    { NODE_ENV: 'production', DATABASE_URL: 'mysql://root@127.0.0.1:1/x' },
    2,
    'db:create: bad configuration:',
  ],
])('db:%s %j with %j ends with code %i and tells why', (name, args, env, status, message) => {
  const result = script(name, env, ...args)
  expect(result.stderr).toContain(message)
  expect(result.stderr).not.toContain('    at ')
  expect(result.status).toBe(status)
})

describe.skipIf(!dialects().includes('mysql'))('users on MySQL', () => {
  let database: TestDatabase
  let name: string
  let admin: Knex

  const urlFor = (user: DatabaseUser): string => {
    const url = new URL(database.url)
    url.username = user
    url.password = encodeURIComponent(passwords[user])
    return url.href
  }
  const as = async <Result>(user: DatabaseUser, work: (db: Knex) => Promise<Result>): Promise<Result> => {
    const db = createDatabase(urlFor(user))
    try {
      return await work(db)
    } finally {
      await db.destroy()
    }
  }
  const refusal = (user: DatabaseUser, sql: string): Promise<string | undefined> =>
    as(user, async (db) =>
      db.raw(sql).then(
        () => 'allowed',
        (error: { code?: string }) => error.code,
      ),
    )

  beforeAll(async () => {
    database = await createTestDatabase('mysql')
    name = new URL(database.url).pathname.slice(1)
    admin = createDatabase(`${inject('mariadbUrl')}`)
    await createDatabaseAndUsers(admin, name, passwords)
    await as('movieverse_migrator', async (db) => {
      for (const set of migrationSets) await migrate(db, { set })
      expect(await grantRights(db)).toEqual(databaseUsers.filter((user) => user !== 'movieverse_migrator'))
    })
  })
  afterAll(async () => {
    for (const user of databaseUsers) await admin.raw("drop user if exists ?@'%'", [user])
    await admin.destroy()
    await database[Symbol.asyncDispose]()
  })

  test('every table of the schema is in the list of rights, and no other', async () => {
    const tables = await database
      .db('information_schema.tables')
      .where({ table_schema: name })
      .select('table_name as name')
    const names = tables.map((table) => table.name)
    expect(names.filter((table) => !table.startsWith('knex_')).toSorted()).toEqual(
      Object.keys(rightsByTable).toSorted(),
    )
  })

  test('the services read what they serve and change nothing', async () => {
    for (const user of ['movieverse_catalog', 'movieverse_region'] as const) {
      for (const table of ['titles', 'title_listings', 'availabilities', 'search_terms', 'regions']) {
        expect(await refusal(user, `select count(*) from ${table}`)).toBe('allowed')
        expect(await refusal(user, `delete from ${table}`)).toBe('ER_TABLEACCESS_DENIED_ERROR')
        expect(await refusal(user, `drop table ${table}`)).toBe('ER_TABLEACCESS_DENIED_ERROR')
      }
      for (const table of ['availability_overrides', 'knex_migrations', 'mysql.global_priv']) {
        expect(await refusal(user, `select count(*) from ${table}`)).toBe('ER_TABLEACCESS_DENIED_ERROR')
      }
    }
    expect(await refusal('movieverse_catalog', 'select count(*) from import_runs')).toBe('allowed')
    expect(await refusal('movieverse_catalog', 'delete from import_runs')).toBe('ER_TABLEACCESS_DENIED_ERROR')
    expect(await refusal('movieverse_region', 'select count(*) from import_runs')).toBe('ER_TABLEACCESS_DENIED_ERROR')
    expect(await refusal('movieverse_catalog', 'select count(*) from credits')).toBe('allowed')
    expect(await refusal('movieverse_region', 'select count(*) from credits')).toBe('ER_TABLEACCESS_DENIED_ERROR')
  })

  test('the viewers’ service writes what is of viewers, recommendations read it, and the catalogue and regions know nobody', async () => {
    for (const table of ['viewers', 'viewer_ratings', 'history_entries', 'watchlist_entries', 'hidden_titles']) {
      expect(await refusal('movieverse_viewers', `delete from ${table}`)).toBe('allowed')
      expect(await refusal('movieverse_recommendations', `select count(*) from ${table}`)).toBe('allowed')
      expect(await refusal('movieverse_recommendations', `delete from ${table}`)).toBe('ER_TABLEACCESS_DENIED_ERROR')
      expect(await refusal('movieverse_importer', `delete from ${table}`)).toBe('ER_TABLEACCESS_DENIED_ERROR')
      for (const user of ['movieverse_catalog', 'movieverse_region'] as const)
        expect(await refusal(user, `select count(*) from ${table}`)).toBe('ER_TABLEACCESS_DENIED_ERROR')
    }
    for (const table of ['erased_viewers', 'idempotency_keys'])
      expect(await refusal('movieverse_recommendations', `select * from ${table}`)).toBe('ER_TABLEACCESS_DENIED_ERROR')
    expect(await refusal('movieverse_viewers', 'delete from titles')).toBe('ER_TABLEACCESS_DENIED_ERROR')
  })

  test('the importer writes titles, cannot change the log of changes, and makes no tables', async () => {
    expect(await refusal('movieverse_importer', "insert into genres (code, name) values ('drama', 'Drama')")).toBe(
      'allowed',
    )
    expect(await refusal('movieverse_importer', 'delete from titles')).toBe('allowed')
    expect(await refusal('movieverse_importer', 'delete from availability_changes')).toBe('ER_TABLEACCESS_DENIED_ERROR')
    expect(await refusal('movieverse_importer', 'update availability_changes set kind = kind')).toBe(
      'ER_TABLEACCESS_DENIED_ERROR',
    )
    expect(await refusal('movieverse_importer', 'create table x (id int)')).toBe('ER_TABLEACCESS_DENIED_ERROR')
    expect(await refusal('movieverse_importer', 'alter table titles add x int')).toBe('ER_TABLEACCESS_DENIED_ERROR')
  })

  test('web reads and writes accounts and sees no title, and nobody else sees an account', async () => {
    for (const table of ['accounts', 'sessions', 'consents', 'sign_in_attempts', 'site_tokens']) {
      expect(await refusal('movieverse_web', `delete from ${table}`)).toBe('allowed')
      for (const user of ['movieverse_catalog', 'movieverse_region', 'movieverse_importer', 'movieverse_edge'] as const)
        expect(await refusal(user, `select count(*) from ${table}`)).toBe('ER_TABLEACCESS_DENIED_ERROR')
    }
    expect(await refusal('movieverse_web', 'select count(*) from titles')).toBe('ER_TABLEACCESS_DENIED_ERROR')
    expect(await refusal('movieverse_web', 'alter table accounts add x int')).toBe('ER_TABLEACCESS_DENIED_ERROR')
  })

  test('the edge reads and writes its codes and tokens and sees nothing else, and nobody else sees a token', async () => {
    for (const table of ['edge_codes', 'edge_tokens']) {
      expect(await refusal('movieverse_edge', `delete from ${table}`)).toBe('allowed')
      for (const user of ['movieverse_catalog', 'movieverse_region', 'movieverse_importer', 'movieverse_web'] as const)
        expect(await refusal(user, `select count(*) from ${table}`)).toBe('ER_TABLEACCESS_DENIED_ERROR')
    }
    expect(await refusal('movieverse_edge', 'select count(*) from titles')).toBe('ER_TABLEACCESS_DENIED_ERROR')
    expect(await refusal('movieverse_edge', 'alter table edge_tokens add x int')).toBe('ER_TABLEACCESS_DENIED_ERROR')
  })

  test('the migrator changes tables of this database and of no other, and makes no users', async () => {
    expect(await refusal('movieverse_migrator', 'create table x (id int)')).toBe('allowed')
    expect(await refusal('movieverse_migrator', 'drop table x')).toBe('allowed')
    expect(await refusal('movieverse_migrator', 'create database elsewhere')).toBe('ER_DBACCESS_DENIED_ERROR')
    expect(await refusal('movieverse_migrator', "create user somebody@'%'")).toBe('ER_SPECIFIC_ACCESS_DENIED_ERROR')
  })

  test('running it again changes passwords and takes back what is too much', async () => {
    await admin.raw("grant insert on ??.titles to movieverse_region@'%'", [name])
    await admin.raw("grant select on ??.* to movieverse_region@'%'", [name])
    expect(await refusal('movieverse_region', 'select count(*) from credits')).toBe('allowed')
    await createDatabaseAndUsers(admin, name, passwords)
    expect(await refusal('movieverse_region', 'select count(*) from credits')).toBe('ER_TABLEACCESS_DENIED_ERROR')
    expect(await refusal('movieverse_region', 'insert into titles (id) values (1)')).toBe('ER_TABLEACCESS_DENIED_ERROR')
    await createDatabaseAndUsers(admin, name, { ...passwords, movieverse_region: 'another-password' })
    expect(await refusal('movieverse_region', 'select 1')).toBe('ER_ACCESS_DENIED_ERROR')
    await createDatabaseAndUsers(admin, name, passwords)
    expect(await refusal('movieverse_region', 'select count(*) from titles')).toBe('allowed')
  })

  test('the scripts create, migrate and grant, and print no password', () => {
    const env = {
      DATABASE_URL: database.url,
      ...Object.fromEntries(
        Object.entries(passwords).map(([user, password]) => [
          `${user.slice(11).toUpperCase()}_DATABASE_PASSWORD`,
          password,
        ]),
      ),
    }
    const created = script('create', env)
    expect(created).toMatchObject({ status: 0, stderr: '' })
    expect(created.stdout).toContain(databaseUsers.join(', '))
    const migrated = script('migrate', { DATABASE_URL: urlFor('movieverse_migrator') })
    expect(migrated).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('Rights are up to date for movieverse_catalog'),
    })
    for (const password of Object.values(passwords)) expect(created.stdout + migrated.stdout).not.toContain(password)
  })

  test('a user who may not give rights migrates without giving any', async () => {
    expect(await as('movieverse_importer', grantRights)).toEqual([])
  })
})

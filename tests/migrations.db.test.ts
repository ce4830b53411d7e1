import { createTestDatabase, dialects } from './support/databases.ts'
import { listTables } from '@movieverse/service/dump-tables.ts'
import { migrationSets, type MigrationSet } from '@movieverse/service/migration-sets.ts'
import { completedMigrations, migrate, rollback } from '@movieverse/service/migrations.ts'
import { describe, expect, test } from 'vitest'

describe.each(dialects())('migrations on %s', (dialect) => {
  test.each(migrationSets)('every migration of %s goes up, down and up again', async (set) => {
    await using database = await createTestDatabase(dialect)
    const names = await migrate(database.db, { set })
    expect(names.length).toBeGreaterThan(0)
    const tables = await listTables(database.db, set)
    expect(tables.length).toBeGreaterThan(0)
    expect(await rollback(database.db, true, { set })).toHaveLength(names.length)
    for (const { name } of tables) expect(await database.db.schema.hasTable(name), name).toBe(false)
    expect(await migrate(database.db, { set })).toEqual(names)
  })

  test('all sets live side by side in one database, and each is rolled back for itself', async () => {
    await using database = await createTestDatabase(dialect)
    const had: Record<string, string[]> = {}
    for (const set of migrationSets) had[set] = await migrate(database.db, { set })
    for (const set of migrationSets) expect(await completedMigrations(database.db, set)).toEqual(had[set])
    await rollback(database.db, true, { set: 'web' })
    expect(await completedMigrations(database.db, 'web')).toEqual([])
    expect(await completedMigrations(database.db, 'platform')).toEqual(had.platform)
    expect(await database.db.schema.hasTable('accounts')).toBe(false)
    expect(await database.db.schema.hasTable('titles')).toBe(true)
  })

  test('a set’s tables are listed without those of the others that share the database', async () => {
    await using database = await createTestDatabase(dialect)
    for (const set of migrationSets) await migrate(database.db, { set })
    const names = async (set: MigrationSet): Promise<string[]> =>
      (await listTables(database.db, set)).map(({ name }) => name).toSorted()
    expect(await names('web')).toEqual(['accounts', 'consents', 'sessions', 'sign_in_attempts', 'site_tokens'])
    expect(await names('platform')).toContain('titles')
    expect(await names('platform')).not.toContain('accounts')
  })
})

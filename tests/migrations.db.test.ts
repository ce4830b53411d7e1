import { createTestDatabase, dialects } from './support/databases.ts'
import { migrate, rollback } from '@movieverse/service/migrations.ts'
import { describe, expect, test } from 'vitest'

describe.each(dialects())('migrations on %s', (dialect) => {
  test('every migration goes up, down and up again', async () => {
    await using database = await createTestDatabase(dialect)
    const names = await migrate(database.db)
    expect(names.length).toBeGreaterThan(0)
    expect(await rollback(database.db, true)).toHaveLength(names.length)
    expect(await database.db.schema.hasTable('titles')).toBe(false)
    expect(await migrate(database.db)).toEqual(names)
  })
})

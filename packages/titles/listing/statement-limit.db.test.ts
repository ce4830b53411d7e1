import { describe, expect, test } from 'vitest'
import { createDatabase } from '@movieverse/service/database.ts'
import { createTestDatabase, dialects } from '../../../tests/support/databases.ts'
import { runLimited } from './statement-limit.ts'

describe.each(dialects())('a limited statement on %s', (dialect) => {
  test('answers its rows, and throws what the database says', async () => {
    await using database = await createTestDatabase(dialect)
    const { db } = database
    expect(await runLimited(db, db.select(db.raw('1 as one')))).toEqual([{ one: 1 }])
    await expect(runLimited(db, db('no_such_table').select('*'))).rejects.toThrow(/no_such_table/)
  })
})

describe.runIf(dialects().includes('mysql'))('a statement on a server', () => {
  test('is given up after its limit, and its connection serves the next one', async () => {
    await using database = await createTestDatabase('mysql')
    const db = createDatabase(database.url, { poolSize: 1 })
    await expect(runLimited(db, db.select(db.raw('sleep(20) as slept')), 100)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    // The pool's only connection would still be asleep, and this statement given up as well.
    expect(await runLimited(db, db.select(db.raw('1 as one')))).toEqual([{ one: 1 }])
    await db.destroy()
  })

  test('that waits in vain for a connection is not told to be smaller', async () => {
    await using database = await createTestDatabase('mysql')
    const db = createDatabase(database.url, { poolSize: 1, acquireTimeoutMs: 200 })
    const sleeping = db.raw('select sleep(1)').then(() => 'awake')
    await expect(runLimited(db, db.select(db.raw('1 as one')))).rejects.toThrow('Timeout acquiring a connection')
    expect(await sleeping).toBe('awake')
    await db.destroy()
  })
})

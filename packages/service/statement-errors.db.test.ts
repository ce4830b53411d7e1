import { expect, test } from 'vitest'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'

test.each(dialects())('the error of a statement on %s tells none of its values', async (dialect) => {
  await using database = await createTestDatabase(dialect)
  const failed = database.db('nowhere').where({ email: 'somebody@example.org' }).first()
  const error: unknown = await failed.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('it did not fail')
  expect(`${error.message} ${error.stack}`).not.toContain('somebody@example.org')
  expect(error.message).toContain('nowhere')
})

import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'
import { describeError } from './command.ts'
import { PublicError } from './errors.ts'
import { loggerOptions } from './logging.ts'

const email = 'somebody@example.org'

async function failureOf(statement: PromiseLike<unknown>): Promise<Error> {
  const error: unknown = await statement.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('it did not fail')
  return error
}

/** Everything that is written of an error, as a cause and by a program too. */
function toldOf(error: Error): string {
  let logged = ''
  // `as`: pino's own type for what Fastify passes on to it.
  const options = loggerOptions({ level: 'info', service: 'x', region: '' }) as pino.LoggerOptions
  const log = pino(options, new Writable({ write: (chunk, _encoding, done) => ((logged += chunk), done()) }))
  log.error({ err: error }, 'request failed')
  log.error(error)
  log.error({ err: new PublicError('SERVICE_UNAVAILABLE', 'later', {}, { cause: error }) }, 'resolver failed')
  return `${logged}${describeError(error)}`
}

test.each(dialects())('the error of a statement on %s tells none of its values', async (dialect) => {
  await using database = await createTestDatabase(dialect)
  const error = await failureOf(database.db('nowhere').where({ email }).first())
  expect(toldOf(error)).not.toContain(email)
  expect(error.message).toContain('nowhere')
})

test.each(dialects())('a duplicate e-mail address on %s is told by its key, in a transaction too', async (dialect) => {
  await using database = await createTestDatabase(dialect)
  const { db } = database
  await db.schema.createTable('people', (table) => {
    table.string('email', 100).unique({ indexName: 'uq_people_email' })
    table.date('born_on')
  })
  await db('people').insert({ email })
  const failures = [
    await failureOf(db('people').insert({ email })),
    await failureOf(db.transaction(async (trx) => trx('people').insert({ email }))),
  ]
  for (const error of failures) {
    expect(error).toMatchObject({ code: expect.stringMatching(/ER_DUP_ENTRY|SQLITE_CONSTRAINT_UNIQUE/) })
    expect(error.message).toMatch(/insert into .*(uq_people_email|people\.email)/)
    expect(toldOf(error)).toContain('insert into')
    expect(toldOf(error)).not.toContain(email)
  }
})

test.runIf(dialects().includes('mysql'))('no error of the server repeats what was sent to it', async () => {
  await using database = await createTestDatabase('mysql')
  const { db } = database
  await db.schema.createTable('people', (table) => {
    table.string('name', 5)
    table.date('born_on')
  })
  const failures = [
    await failureOf(db('people').insert({ born_on: email })),
    await failureOf(db.raw('select ? from where', [email])),
    await failureOf(db('people').insert({ name: email })),
  ]
  expect(failures.map((error) => 'errno' in error && error.errno)).toEqual([1292, 1064, 1406])
  for (const error of failures) expect(toldOf(error)).not.toContain(email)
  // What says nothing but names is told as it is.
  expect(failures[2]?.message).toContain("Data too long for column 'name'")
})

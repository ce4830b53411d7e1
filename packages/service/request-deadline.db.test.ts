import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, dialects, type TestDatabase } from '../../tests/support/databases.ts'
import { databaseSettings, readConfig, serviceSettings } from './config.ts'
import { registerDatabase } from './database-plugin.ts'
import { registerSubgraph } from './graphql.ts'
import { deadlineHeader } from './request-deadline.ts'
import { buildServer } from './server.ts'

describe.each(dialects())('a request with a deadline, on %s', (dialect) => {
  let database: TestDatabase
  let app: FastifyInstance
  /** How long the first statement takes. */
  const slow =
    dialect === 'mysql'
      ? 'select sleep(0.4)'
      : `with recursive n(x) as (values(1) union all select x + 1 from n where x < 2000000) select max(x) from n`
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await database.db.schema.createTable('written', (table) => table.integer('number'))
    const env = { NODE_ENV: 'test', LOG_LEVEL: 'silent', PORT: '0', DATABASE_URL: database.url }
    const config = readConfig(z.object({ ...serviceSettings, ...databaseSettings }), env)
    app = await buildServer({ name: 'test', config })
    registerDatabase(app, config)
    const write = async (number: number): Promise<number> => {
      await app.database.writer('written').insert({ number })
      return number
    }
    await registerSubgraph(app, {
      config,
      schema:
        'type Query { write(number: Int!): Int  writeSlowly(number: Int!): Int  writeTogether(number: Int!): Int }',
      context: () => ({}),
      resolvers: {
        Query: {
          write: async (_root, { number }: { number: number }) => write(number),
          writeSlowly: async (_root, { number }: { number: number }) => {
            await app.database.writer.raw(slow)
            return write(number)
          },
          writeTogether: async (_root, { number }: { number: number }) =>
            app.database.writer.transaction(async (trx) => {
              await trx.raw(slow)
              await trx('written').insert({ number })
              return number
            }),
        },
      },
    })
  })
  afterAll(async () => {
    await app.close()
    await database[Symbol.asyncDispose]()
  })

  const ask = async (field: string, leftMs?: string): Promise<Record<string, unknown>> => {
    const headers = leftMs === undefined ? {} : { [deadlineHeader]: leftMs }
    const payload = { query: `{ ${field} }` }
    return (await app.inject({ method: 'POST', url: '/graphql', headers, payload })).json()
  }
  const written = async (): Promise<number[]> => database.db('written').orderBy('number').pluck('number')

  test('sends no statement once nobody waits, whatever was sent before, and says so with a code', async () => {
    for (const leftMs of ['0', '50']) {
      expect(await ask('writeSlowly(number: 1)', leftMs)).toMatchObject({
        data: { writeSlowly: null },
        errors: [{ message: 'There was not enough time for this', extensions: { code: 'SERVICE_UNAVAILABLE' } }],
      })
    }
    expect(await written()).toEqual([])
  })

  test('is answered where the time suffices, where none is told, and where what is told is no time', async () => {
    for (const [index, leftMs] of ['5000', undefined, '-1', 'soon', '1e3'].entries())
      expect(await ask(`write(number: ${index})`, leftMs)).toEqual({ data: { write: index } })
    expect(await ask('writeSlowly(number: 5)', '60000')).toEqual({ data: { writeSlowly: 5 } })
    expect(await written()).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('ends a transaction that has begun, and the connection is as good as before', async () => {
    expect(await ask('writeTogether(number: 7)', '50')).toEqual({ data: { writeTogether: 7 } })
    expect(await ask('write(number: 8)')).toEqual({ data: { write: 8 } })
    expect(await written()).toEqual([0, 1, 2, 3, 4, 5, 7, 8])
  })
})

import type { FastifyInstance } from 'fastify'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'
import { describe, expect, test } from 'vitest'
import { databaseSettings, readConfig, serviceSettings } from './config.ts'
import { registerDatabase } from './database-plugin.ts'
import { buildServer } from './server.ts'
import { z } from 'zod'

async function buildClosing(url: string): Promise<FastifyInstance> {
  const config = readConfig(z.object({ ...serviceSettings, ...databaseSettings }), {
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: '2',
    PORT: '0',
    LOG_LEVEL: 'silent',
  })
  const app = await buildServer({ name: 'closing', config })
  registerDatabase(app, config)
  return app
}

// SQLite answers within the call, so nothing waits for a connection there.
describe.each(dialects().filter((dialect) => dialect === 'mysql'))('closing a server on %s', (dialect) => {
  test('requests that wait for a connection when the server closes are answered', async () => {
    await using database = await createTestDatabase(dialect)
    const app = await buildClosing(database.url)
    let arrived = 0
    const { promise: allArrived, resolve } = Promise.withResolvers<void>()
    app.get('/slow', async () => {
      if (++arrived === 8) resolve()
      await app.database.reader.raw('select sleep(0.1)')
      return { answered: true }
    })
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const answers = Promise.all(Array.from({ length: 8 }, async () => (await fetch(`${address}/slow`)).json()))
    await allArrived
    app.readiness.drain()
    await app.close()
    expect(await answers).toEqual(Array.from({ length: 8 }, () => ({ answered: true })))
  })
})

test('a client that goes away does not keep the server open', async () => {
  await using database = await createTestDatabase('sqlite')
  const app = await buildClosing(database.url)
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  app.get('/never', () => (resolve(), new Promise(() => {})))
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const gone = new AbortController()
  const request = fetch(`${address}/never`, { signal: gone.signal }).catch(() => 'gone')
  await arrived
  gone.abort()
  expect(await request).toBe('gone')
  await app.close()
})

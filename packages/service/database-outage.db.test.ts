import { once } from 'node:events'
import { createServer, connect, type Server, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createTestDatabase, dialects } from '../../tests/support/databases.ts'
import { startLink } from '../../tests/support/link.ts'
import { databaseSettings, readConfig, serviceSettings } from './config.ts'
import { createDatabase } from './database.ts'
import { registerDatabase } from './database-plugin.ts'
import { registerSubgraph } from './graphql.ts'
import { buildServer } from './server.ts'

/** What a way to the database swallows: all, or what clients send once they are let in. */
type Swallowed = 'nothing' | 'statements' | 'everything'

/** A way to the database that can be cut, so that it looks dead, or held, so that something does not come through. */
async function openProxy(target: URL) {
  const sockets = new Set<Socket>()
  let held: Swallowed = 'nothing'
  const isHeld = (): boolean => held === 'everything'
  const server: Server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.on('data', (chunk) => {
      const isSwallowed = isHeld() || (held === 'statements' && /select|set session/.test(chunk.toString('latin1')))
      if (!isSwallowed) upstream.write(chunk)
    })
    upstream.on('data', (chunk) => void (isHeld() || client.write(chunk)))
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const cut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  return {
    port,
    cut,
    mend: async () => {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    hold: (what: Swallowed) => {
      held = what
      if (what === 'nothing') for (const socket of sockets) socket.destroy()
    },
    connections: () => sockets.size / 2,
    end: async () => {
      if (server.listening) await cut()
    },
  }
}

describe.skipIf(!dialects().includes('mysql'))('when the database goes away', () => {
  let proxy: Awaited<ReturnType<typeof openProxy>>
  let app: FastifyInstance

  beforeEach(async () => {
    const target = new URL(`${inject('mariadbUrl')}mysql`)
    proxy = await openProxy(target)
    const env = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      PORT: '0',
      DATABASE_URL: `mysql://root@127.0.0.1:${proxy.port}/mysql`,
      STATEMENT_TIMEOUT_MS: '500',
    }
    const config = readConfig(z.object({ ...serviceSettings, ...databaseSettings }), env)
    app = await buildServer({ name: 'test', config })
    registerDatabase(app, config)
    await registerSubgraph(app, {
      config,
      schema: 'type Query { one: Int  slow: Int  wrong: Int }',
      context: () => ({}),
      resolvers: {
        Query: {
          one: async () => (await app.database.reader.select(app.database.reader.raw('1 as one')))[0].one,
          slow: async () => (await app.database.reader.raw('select sleep(5)'))[0].length,
          wrong: async () => app.database.reader.raw('select secret_column from nowhere'),
        },
      },
    })
    expect(await answer('/readyz')).toMatchObject({ status: 200 })
  })
  afterEach(async () => {
    await proxy.end()
    await app.close()
  })

  const answer = async (url: string) => {
    const started = performance.now()
    const { statusCode, payload } = await app.inject(url)
    return { status: statusCode, ms: performance.now() - started, payload }
  }
  const query = async (text: string) => {
    const started = performance.now()
    const response = await app.inject({ method: 'POST', url: '/graphql', payload: { query: text } })
    return { ...response.json(), ms: performance.now() - started }
  }

  test('readiness is red within 2 s, liveness green, queries are SERVICE_UNAVAILABLE, and all heals by itself', async () => {
    await proxy.cut()
    const ready = await answer('/readyz')
    expect(ready).toMatchObject({ status: 503, payload: '{"status":"failed","checks":{"database":"failed"}}' })
    expect(ready.ms).toBeLessThan(2000)
    expect(await answer('/livez')).toMatchObject({ status: 200 })
    expect(await query('{ one }')).toMatchObject({
      data: { one: null },
      errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }],
    })
    await proxy.mend()
    expect(await answer('/readyz')).toMatchObject({ status: 200 })
    expect(await query('{ one }')).toMatchObject({ data: { one: 1 } })
  })

  test('a network that swallows everything holds no request for more than 2 s, and all heals by itself', async () => {
    // Connections that are open already are the hard case: nothing tells them that nobody listens.
    await Promise.all(Array.from({ length: 6 }, () => query('{ one }')))
    proxy.hold('everything')
    const answers = await Promise.all(Array.from({ length: 12 }, () => query('{ one }')))
    for (const { errors, ms } of answers) {
      expect(errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE')
      expect(ms).toBeLessThan(2500)
    }
    const ready = await answer('/readyz')
    expect(ready.status).toBe(503)
    expect(ready.ms).toBeLessThan(2000)
    expect(await answer('/livez')).toMatchObject({ status: 200 })
    proxy.hold('nothing')
    // Connections that are dead and do not know it yet are found out one by one.
    await expect.poll(() => answer('/readyz'), { timeout: 5000 }).toMatchObject({ status: 200 })
    expect(await query('{ one }')).toMatchObject({ data: { one: 1 } })
  })

  test('a server that lets a connection in and then says nothing is given up, and the next connection is served', async () => {
    const [statementTimeoutMs, acquireTimeoutMs] = [500, 5000]
    const url = `mysql://root@127.0.0.1:${proxy.port}/mysql`
    const before = proxy.connections()
    const db = createDatabase(url, { statementTimeoutMs, acquireTimeoutMs })
    proxy.hold('statements')
    const began = performance.now()
    await expect(db.raw('select 1')).rejects.toMatchObject({ code: 'MOVIEVERSE_QUERY_TIMEOUT' })
    expect(performance.now() - began).toBeLessThan(4 * statementTimeoutMs)
    await expect.poll(proxy.connections).toBe(before)
    proxy.hold('nothing')
    expect((await db.raw('select 1 as one'))[0]).toEqual([{ one: 1 }])
    await db.destroy()
  })

  test('a server whose client is gone without a farewell frees its locks within seconds, not hours', async () => {
    await using database = await createTestDatabase('mysql')
    const { db, url } = database
    await db.schema.createTable('things', (table) => table.integer('id').primary())
    await db('things').insert({ id: 1 })
    await using link = await startLink(Number(new URL(url).port))
    const limits = { statementTimeoutMs: 200, idleTimeoutMs: 500 }
    const linked = createDatabase(url.replace(/:\d+\//, `:${link.port}/`), limits)
    const transaction = await linked.transaction()
    await transaction('things').update({ id: 2 })
    await link.cut('is silent')
    const began = performance.now()
    // Waits for the lock, and finds the row as it was.
    expect(await db('things').where({ id: 1 }).update({ id: 3 })).toBe(1)
    expect(performance.now() - began).toBeLessThan(8000)
    await transaction.rollback()
    await linked.destroy()
  })

  test('a statement that takes too long is ended by the server', async () => {
    const { errors, ms } = await query('{ slow }')
    expect(errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE')
    expect(errors[0].message).toContain('too long')
    expect(ms).toBeLessThan(1400)
  })

  test('a wrong statement is an internal error without its SQL, and is counted as failed', async () => {
    const { errors } = await query('{ wrong }')
    expect(errors[0]).toMatchObject({ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } })
    const { payload } = await answer('/metrics')
    expect(payload).toMatch(
      /movieverse_sql_duration_seconds_count\{service="test",region="",pool="writer",statement="raw",outcome="failed"\} 1/,
    )
    expect(payload).toMatch(
      /movieverse_sql_pool_connections\{pool="writer",state="idle",service="test",region=""\} [1-9]/,
    )
    expect(payload).toMatch(/movieverse_sql_pool_waiting\{pool="writer",service="test",region=""\} 0/)
  })

  test('a session is strict and in UTC, and only a service has a statement limit', async () => {
    const settings = 'select @@sql_mode as mode, @@time_zone as zone, @@max_statement_time * 1 as seconds'
    const [[limited]] = await app.database.writer.raw(settings)
    expect(limited).toMatchObject({
      mode: expect.stringContaining('STRICT_TRANS_TABLES'),
      zone: '+00:00',
      seconds: 0.5,
    })
    const db = createDatabase(`${inject('mariadbUrl')}mysql`)
    const [[unlimited]] = await db.raw(settings)
    await db.destroy()
    expect(unlimited).toMatchObject({ zone: '+00:00', seconds: 0 })
  })
})

test('a server that takes connections and never says a word is given up', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const db = createDatabase(`mysql://root@127.0.0.1:${port}/none`, { statementTimeoutMs: 500, acquireTimeoutMs: 500 })
  const began = performance.now()
  await expect(db.raw('select 1')).rejects.toThrow(/timeout|ETIMEDOUT/iu)
  expect(performance.now() - began).toBeLessThan(1500)
  await db.destroy()
  server.close()
  await once(server, 'close')
})

import type { FastifyInstance } from 'fastify'
import type { Knex } from 'knex'
import { openSocket, type TestSocket } from '@movieverse/service/testing/websocket-client.ts'
import { toSqlTime } from '@movieverse/service/sql-time.ts'
import { recordChanges } from '@movieverse/titles/availability/availability-writer-changes.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, dialects, type TestDatabase } from '../../../tests/support/databases.ts'
import { writeSmallCatalogue } from '../../../tests/support/small-catalogue.ts'
import { buildCatalogApp } from '../app.ts'
import { readCatalogConfig } from '../config.ts'

describe.each(dialects())('availabilityChanged on %s', (dialect) => {
  let database: TestDatabase
  let app: FastifyInstance
  beforeAll(async () => {
    database = await createTestDatabase(dialect)
    await writeSmallCatalogue(database.db)
    app = await buildCatalogApp(
      readCatalogConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', PORT: '0', DATABASE_URL: database.url }),
    )
    await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await app.close()
    await database[Symbol.asyncDispose]()
  })

  async function hasSubscriptions(count: number): Promise<void> {
    const line = new RegExp(`^movieverse_graphql_subscriptions\\{[^}]*\\} ${count}$`, 'm')
    let metrics = ''
    while (!line.test(metrics)) metrics = await (await fetch(`${app.listeningOrigin}/metrics`)).text()
  }

  async function record(trx: Knex.Transaction, regionCode: string, titleId: number): Promise<void> {
    const from = toSqlTime(new Date('2026-11-01T00:00:00Z'))
    const offer = { kind: 'CHANGED', offerType: 'FREE', from, until: null } as const
    await recordChanges(trx, [{ titleId, regionCode, ...offer }], from)
  }

  const subscribe = (socket: TestSocket, id: string, argument = ''): void =>
    socket.send({
      id,
      type: 'subscribe',
      payload: { query: `subscription { availabilityChanged${argument} { kind region movie { title } } }` },
    })
  const changeOf = async (socket: TestSocket): Promise<unknown> => {
    const { id, payload } = await socket.receive()
    const { data } = payload as { data: { availabilityChanged: { region: string; movie: { title: string } } } }
    return [id, data.availabilityChanged.region, data.availabilityChanged.movie.title]
  }

  test('each subscriber is told of its region, until it has heard enough', async () => {
    using one = await openSocket(app)
    using all = await openSocket(app)
    subscribe(one, 'uk', '(region: UK)')
    subscribe(all, 'all')
    await hasSubscriptions(2)
    await database.db.transaction(async (trx) => {
      await record(trx, 'IN', 1)
      await record(trx, 'GB', 2)
    })
    expect(await changeOf(one)).toEqual(['uk', 'GB', 'Gandhi'])
    expect([await changeOf(all), await changeOf(all)]).toEqual([
      ['all', 'IN', 'Teenage Space Vampires'],
      ['all', 'GB', 'Gandhi'],
    ])
    for (const [socket, id] of [
      [one, 'uk'],
      [all, 'all'],
    ] as const)
      socket.send({ id, type: 'complete' })
    await hasSubscriptions(0)
  })

  // SQLite has one writer at a time, whose ids become visible in order.
  test.each(dialect === 'mysql' ? [dialect] : [])(
    'a change that is committed after a later one is told too',
    async () => {
      using socket = await openSocket(app)
      subscribe(socket, 's')
      await hasSubscriptions(1)
      const slow = await database.db.transaction()
      await record(slow, 'IN', 3)
      await database.db.transaction((trx) => record(trx, 'US', 4))
      expect(await changeOf(socket)).toEqual(['s', 'US', 'Ankur'])
      await slow.commit()
      expect(await changeOf(socket)).toEqual(['s', 'IN', 'Slumdog Millionaire'])
    },
  )

  test('an unknown region is refused', async () => {
    using socket = await openSocket(app)
    subscribe(socket, 's', '(region: "ZZ")')
    expect(await socket.receive()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'UNKNOWN_REGION' } }],
    })
  })
})

import { migrate } from '@movieverse/service/migrations.ts'
import { openSocketAt } from '@movieverse/service/testing/websocket-client.ts'
import { seedIfEmpty } from '@movieverse/titles/seeding/seeding.ts'
import { expect, test } from 'vitest'
import { serviceProcesses } from '../scripts/platform/processes.ts'
import { createTestDatabase } from './support/databases.ts'
import { ask } from './support/graphql.ts'
import { startTestPlatform } from './support/platform.ts'

const queries = ['{ _service { sdl } }', '{ a: _entities(representations: []) { __typename } }']
const closed = /^(FORBIDDEN|GRAPHQL_VALIDATION_FAILED)$/u

test('what federation adds is closed to clients on every port of the platform, by HTTP and by WebSocket', async () => {
  await using database = await createTestDatabase('sqlite')
  await migrate(database.db)
  await seedIfEmpty(database.db)
  await using _platform = await startTestPlatform(database.url)
  const headers = { 'x-service-secret': 'guess', 'x-edge-secret': 'development-edge-secret' }
  for (const { name, port } of serviceProcesses()) {
    const origin = `http://127.0.0.1:${port}`
    for (const query of queries) {
      const { data, errors } = await ask(`${origin}/graphql`, query, { headers })
      expect([name, data]).toEqual([name, undefined])
      expect(errors?.[0]?.extensions?.code).toMatch(closed)
    }
    // The services that have subscriptions.
    if (name !== 'supergraph' && name !== 'catalog') continue
    using socket = await openSocketAt(origin, { headers })
    for (const query of queries) {
      socket.send({ id: query, type: 'subscribe', payload: { query } })
      const { type, payload } = await socket.receive()
      expect([name, type]).toEqual([name, 'error'])
      expect((payload as Array<{ extensions: { code: string } }>)[0]?.extensions.code).toMatch(closed)
    }
  }
})

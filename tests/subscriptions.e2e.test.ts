import { expect, test } from 'vitest'
import { runCommand } from './support/command.ts'
import { createTestDatabase } from './support/databases.ts'
import { freePort } from './support/mariadb.ts'
import { writeSmallCatalogue } from './support/small-catalogue.ts'
import { openSocketAt } from '@movieverse/service/testing/websocket-client.ts'

const query = `subscription($region: RegionCode) {
  availabilityChanged(region: $region) { kind region offerType availableUntil movie { label directors { name } } }
}`

/** Resolves when a process's metrics hold a line. */
async function hasMetric(origin: string, line: RegExp): Promise<void> {
  let metrics = ''
  while (!line.test(metrics)) metrics = await (await fetch(`${origin}/metrics`)).text()
}

test('an availability that another process sets is told through the supergraph, joined, within seconds', async () => {
  await using database = await createTestDatabase('sqlite')
  await writeSmallCatalogue(database.db)
  const [catalogPort, port] = [await freePort(), await freePort()]
  const catalogOrigin = `http://127.0.0.1:${catalogPort}`
  const environment = { DATABASE_URL: database.url, LOG_LEVEL: 'info' }
  await using catalog = runCommand(['subgraphs/catalog/main.ts'], { ...environment, PORT: String(catalogPort) })
  await using supergraph = runCommand(['supergraph/main.ts'], {
    LOG_LEVEL: 'info',
    PORT: String(port),
    GRAPHIQL: 'off',
    SUBGRAPH_URLS: JSON.stringify({ catalog: `${catalogOrigin}/graphql` }),
  })
  await Promise.all([catalog.printed('Server listening'), supergraph.printed('Server listening')])
  const socket = await openSocketAt(`http://127.0.0.1:${port}`)
  socket.send({ id: 's', type: 'subscribe', payload: { query, variables: { region: 'UK' } } })
  await hasMetric(catalogOrigin, /^movieverse_graphql_subscriptions\{[^}]*\} 1$/m)

  const set = async (region: string, more: readonly string[]): Promise<void> => {
    const args = ['scripts/db/availability-set.ts', '--title', 'tt9000004', '--region', region, ...more]
    await using command = runCommand(args, environment)
    expect([await command.ended, command.output()]).toEqual([0, expect.stringContaining('Ankur')])
  }
  await set('US', ['--offer', 'FREE'])
  await set('GB', ['--offer', 'RENT', '--price-minor', '399', '--currency', 'GBP', '--until', '2027-01-01'])
  expect(await socket.receive()).toEqual({
    id: 's',
    type: 'next',
    payload: {
      data: {
        availabilityChanged: {
          kind: 'ADDED',
          region: 'GB',
          offerType: 'RENT',
          availableUntil: expect.stringContaining('2027-01-01'),
          movie: { label: 'India-Ankur', directors: [{ name: 'Asha Director' }] },
        },
      },
    },
  })

  supergraph.signal('SIGTERM')
  expect(await socket.closed).toEqual({ code: 1001, reason: 'The server is going away' })
  expect(await supergraph.ended).toBe(0)
  await hasMetric(catalogOrigin, /^movieverse_graphql_subscriptions\{[^}]*\} 0$/m)
})

import { once } from 'node:events'
import { request } from 'node:http'
import { auditServer, type AuditFail } from 'graphql-http'
import { expect, test } from 'vitest'
import { buildRegionApp } from '../subgraphs/region/app.ts'
import { readRegionConfig } from '../subgraphs/region/config.ts'
import { createPlatformSubgraphs } from '../supergraph/fixtures/platform-subgraphs.ts'
import { startSupergraph } from '../supergraph/fixtures/running-supergraph.ts'
import { createTestDatabase } from './support/databases.ts'
import { writeSmallCatalogue } from './support/small-catalogue.ts'

/** GETs without a header of ours are refused, so that no page of another site can make them: these MAYs are not met. */
const refusedForSafety = ['5A70', '6A70', 'D6D5']

interface Failures {
  /** MUST and SHOULD, with the reason. */
  readonly required: string[]
  /** Ids of MAY. */
  readonly optional: string[]
  readonly total: number
}

/** What a listening server fails of the audit of GraphQL over HTTP. */
async function failuresOf(origin: string): Promise<Failures> {
  const results = await auditServer({ url: `${origin}/graphql` })
  const failed = results.filter((result): result is AuditFail => result.status !== 'ok')
  const isOptional = ({ name }: AuditFail): boolean => name.startsWith('MAY')
  return {
    required: failed.filter((result) => !isOptional(result)).map(({ id, name, reason }) => `${id} ${name}: ${reason}`),
    optional: failed
      .filter(isOptional)
      .map(({ id }) => id)
      .toSorted(),
    total: results.length,
  }
}

test('the supergraph passes every MUST and SHOULD of GraphQL over HTTP', async () => {
  await using supergraph = await startSupergraph(createPlatformSubgraphs())
  await supergraph.app.listen({ host: '127.0.0.1', port: 0 })
  const failures = await failuresOf(supergraph.app.listeningOrigin)
  expect(failures).toEqual({ required: [], optional: refusedForSafety, total: 61 })
})

test('a region service passes every MUST and SHOULD of GraphQL over HTTP', async () => {
  await using database = await createTestDatabase('sqlite')
  await writeSmallCatalogue(database.db)
  const app = await buildRegionApp(
    readRegionConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', REGION: 'IN', DATABASE_URL: database.url }),
  )
  try {
    await app.listen({ host: '127.0.0.1', port: 0 })
    const failures = await failuresOf(app.listeningOrigin)
    expect(failures).toEqual({ required: [], optional: refusedForSafety, total: 61 })
  } finally {
    await app.close()
  }
})

test('a client that hangs up cancels what is being fetched for it', async () => {
  await using supergraph = await startSupergraph(createPlatformSubgraphs(), { SUBGRAPH_TIMEOUT_MS: '20000' })
  await supergraph.app.listen({ host: '127.0.0.1', port: 0 })
  const india = supergraph.subgraphs.get('india')
  if (!india) throw new Error('india is among the subgraphs')
  const asked = new Promise<{ gone: Promise<unknown> }>((resolve) => {
    india.fault = (call) => resolve({ gone: once(call.socket, 'close') })
  })
  const body = JSON.stringify({ query: '{ region(code: IN) { movies { nodes { title directors { name } } } } }' })
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  const client = request(`${supergraph.app.listeningOrigin}/graphql`, { method: 'POST', headers })
  client.on('error', () => {})
  client.end(body)
  const { gone } = await asked
  client.destroy()
  // Well before the timeout of the call.
  await expect(gone).resolves.toBeDefined()
})

import { auditServer, type AuditFail } from 'graphql-http'
import { expect, test } from 'vitest'
import { startSupergraph } from '../supergraph/fixtures/running-supergraph.ts'
import { createPlatformSubgraphs } from '../supergraph/fixtures/platform-subgraphs.ts'
import { buildRegionApp } from '../subgraphs/region/app.ts'
import { readRegionConfig } from '../subgraphs/region/config.ts'
import { createTestDatabase } from './support/databases.ts'
import { writeSmallCatalogue } from './support/small-catalogue.ts'

/** Every MUST and SHOULD of the audit that a server fails, and every MAY. */
async function failuresOf(origin: string): Promise<{ required: string[]; optional: string[]; total: number }> {
  const results = await auditServer({ url: `${origin}/graphql` })
  const failed = results.filter((result): result is AuditFail => result.status !== 'ok')
  const textOf = ({ id, name, reason }: AuditFail): string => `${id} ${name}: ${reason}`
  const isOptional = ({ name }: AuditFail): boolean => name.startsWith('MAY')
  return {
    required: failed.filter((result) => !isOptional(result)).map(textOf),
    optional: failed.filter(isOptional).map(textOf),
    total: results.length,
  }
}

test('the supergraph passes every MUST and SHOULD of GraphQL over HTTP', async () => {
  await using supergraph = await startSupergraph(createPlatformSubgraphs())
  await supergraph.app.listen({ host: '127.0.0.1', port: 0 })
  const { required, optional, total } = await failuresOf(supergraph.app.listeningOrigin)
  console.log(required, optional, total)
  expect(required).toEqual([])
  expect(total).toBeGreaterThan(60)
})

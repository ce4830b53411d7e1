import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { buildServer } from '@movieverse/service/server.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { buildCatalogApp } from '../../subgraphs/catalog/app.ts'
import { readCatalogConfig } from '../../subgraphs/catalog/config.ts'
import { buildRecommendationsApp } from '../../subgraphs/recommendations/app.ts'
import { readRecommendationsConfig } from '../../subgraphs/recommendations/config.ts'
import { buildRegionApp } from '../../subgraphs/region/app.ts'
import { readRegionConfig } from '../../subgraphs/region/config.ts'
import { buildViewersApp } from '../../subgraphs/viewers/app.ts'
import { readViewersConfig } from '../../subgraphs/viewers/config.ts'
import { buildSupergraph } from '../../supergraph/app.ts'
import { readSupergraphConfig } from '../../supergraph/config.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/support/databases.ts'
import { buildWebApp } from '../../web/app.ts'
import { readWebConfig } from '../../web/config.ts'

const environment = { LOG_LEVEL: 'silent', NODE_ENV: 'test' }

const services: Readonly<Record<string, (settings: Record<string, string>) => ReturnType<typeof buildServer>>> = {
  supergraph: (settings) => buildSupergraph(readSupergraphConfig(settings)),
  region: (settings) => buildRegionApp(readRegionConfig({ ...settings, REGION: 'IN' })),
  catalog: (settings) => buildCatalogApp(readCatalogConfig(settings)),
  viewers: (settings) => buildViewersApp(readViewersConfig(settings)),
  recommendations: (settings) => buildRecommendationsApp(readRecommendationsConfig(settings)),
  web: (settings) => buildWebApp(readWebConfig(settings)),
}

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase('sqlite')
  await migrate(database.db)
})
afterAll(async () => database[Symbol.asyncDispose]())

/** What promtool finds in metrics, nothing where it finds nothing. */
async function findingsIn(metrics: string): Promise<string> {
  const promtool = spawn('promtool', ['check', 'metrics'])
  const findings = Promise.all([text(promtool.stdout), text(promtool.stderr), once(promtool, 'close')])
  promtool.stdin.end(metrics)
  const [printed, complaints, [code]] = await findings
  return code === 0 ? printed + complaints : `exit ${code}: ${printed}${complaints}`
}

test.runIf(inject('hasPrometheus'))('promtool complains of a bad name', async () => {
  expect(await findingsIn('# HELP bad_ms Bad.\n# TYPE bad_ms gauge\nbad_ms 1\n')).toContain('bad_ms')
})

test.runIf(inject('hasPrometheus')).each(Object.keys(services))(
  'promtool finds nothing in the metrics of %s',
  async (name) => {
    const app = await services[name]?.({ ...environment, DATABASE_URL: database.url, WEB_DATABASE_URL: database.url })
    if (!app) throw new Error(`no ${name}`)
    try {
      await app.inject({ method: 'POST', url: '/graphql', payload: { query: '{ __typename }' } })
      const { statusCode, body } = await app.inject('/metrics')
      expect(statusCode).toBe(200)
      expect(body).toContain('nodejs_eventloop_lag_p99_seconds')
      expect(await findingsIn(body)).toBe('')
    } finally {
      await app.close()
    }
  },
)

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readDeclarativeFile } from '../edge/declarative/read-file.ts'
import type { EdgeConfiguration } from '../edge/declarative/entities.ts'
import { pluginKinds } from '../edge/plugins/registry.ts'
import { readKongConfig } from './config.ts'
import { renderKongYaml } from './kong-yaml.ts'

/** The rendered file as the embedded edge loads it, which checks what Kong checks. */
function load(env: Record<string, string>): EdgeConfiguration {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-kong-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'kong.yml'), renderKongYaml(readKongConfig(env)))
  return readDeclarativeFile(join(folder, 'kong.yml'), pluginKinds)
}

const production = {
  NODE_ENV: 'production',
  ...Object.fromEntries(
    [
      'EDGE_SECRET',
      'PROVISION_KEY',
      'WEBSITE_CLIENT_SECRET',
      'DEMO_SERVER_CLIENT_SECRET',
      'DEMO_SERVICE_CLIENT_SECRET',
      'PARTNER_API_KEY',
      'DEMO_API_KEY',
    ].map((name) => [name, `a-real-${name.toLowerCase()}`] as const),
  ),
}

test.each([
  ['development', {}],
  ['compose', { EDGE_TARGETS: 'compose' }],
  ['kubernetes', { EDGE_TARGETS: 'kubernetes', EDGE_TLS_TERMINATED: 'on' }],
  ['production', production],
] satisfies Array<[string, Record<string, string>]>)('the file for %s loads', (_name, env) => {
  const { services, consumers, oauth2_credentials: clients, keyauth_credentials: keys } = load(env)
  expect(services.map(({ name }) => name)).toContain('supergraph')
  expect([consumers.length, clients.length, keys.length]).toEqual([9, 6, 2])
})

test('limits in Redis are for Kong: the embedded edge says so', () => {
  expect(() => load({ RATE_LIMIT_REDIS_URL: 'redis://127.0.0.1:6379' })).toThrow(/redis.*Kong|Kong.*redis/isu)
})

import { readFileSync } from 'node:fs'
import { databaseSettings, readConfig, serviceSettings } from '@movieverse/service/config.ts'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readSupergraphConfig, supergraphSettings } from './config.ts'
import { parseRoutingFacts } from './planner/routing-facts.ts'
import { readComposedSchema } from './composition/stored-schema.ts'
import { assertKnownServices, subgraphAddresses } from './services/subgraph-addresses.ts'

const facts = parseRoutingFacts(readComposedSchema().supergraphSdl)
const addresses = (text: string): Record<string, readonly string[]> =>
  Object.fromEntries(
    subgraphAddresses(facts, readSupergraphConfig({ SUBGRAPH_URLS: text }).SUBGRAPH_URLS).map(({ name, urls }) => [
      name,
      urls,
    ]),
  )

test('subgraphs are where the composition says, unless the environment says otherwise', () => {
  expect(addresses('')).toMatchObject({
    india: ['http://127.0.0.1:8050/graphql'],
    catalog: ['http://127.0.0.1:8060/graphql'],
  })
  expect(addresses('{"catalog":"http://catalog:8060/graphql"}')).toMatchObject({
    india: ['http://127.0.0.1:8050/graphql'],
    catalog: ['http://catalog:8060/graphql'],
  })
  expect(addresses('{"catalog":["http://one:1/graphql","http://two:2/graphql"]}')).toMatchObject({
    catalog: ['http://one:1/graphql', 'http://two:2/graphql'],
  })
})

test.each([
  ['nonsense'],
  ['[]'],
  ['{"catalog":5}'],
  ['{"catalog":[]}'],
  ['{"catalog":"ftp://x"}'],
  ['{"catalog":["ftp://x"]}'],
])('SUBGRAPH_URLS=%s is refused', (text) => {
  expect(() => addresses(text)).toThrow(/SUBGRAPH_URLS: must be a JSON object/)
})

test('a URL for a service that nobody composed is refused', () => {
  const { SUBGRAPH_URLS } = readSupergraphConfig({ SUBGRAPH_URLS: '{"atlantis":"http://x:1/"}' })
  expect(() => assertKnownServices(facts, SUBGRAPH_URLS)).toThrow(/unknown services: atlantis/)
})

test('a statement ends before its answer is given up, and an answer before its call: slow is not down', () => {
  const { STATEMENT_TIMEOUT_MS } = readConfig(z.object(databaseSettings), {})
  const { SUBGRAPH_CONNECT_TIMEOUT_MS, SUBGRAPH_HEADERS_TIMEOUT_MS, SUBGRAPH_TIMEOUT_MS } = readSupergraphConfig({})
  expect(STATEMENT_TIMEOUT_MS).toBeGreaterThan(0)
  expect(STATEMENT_TIMEOUT_MS).toBeLessThanOrEqual(0.75 * SUBGRAPH_HEADERS_TIMEOUT_MS)
  expect(SUBGRAPH_CONNECT_TIMEOUT_MS).toBeLessThan(SUBGRAPH_HEADERS_TIMEOUT_MS)
  // What is left is for another region's service.
  expect(SUBGRAPH_HEADERS_TIMEOUT_MS).toBeLessThan(SUBGRAPH_TIMEOUT_MS)
})

test('the README has every setting', () => {
  const table = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  const names = Object.keys(supergraphSettings.shape).filter((name) => !(name in serviceSettings))
  expect(names.length).toBeGreaterThan(15)
  for (const name of names) expect(table).toContain(`\`${name}\``)
})

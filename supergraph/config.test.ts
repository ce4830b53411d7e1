import { expect, test } from 'vitest'
import { readSupergraphConfig } from './config.ts'
import { parseRoutingFacts } from './planner/routing-facts.ts'
import { readComposedSchema } from './composition/stored-schema.ts'
import { subgraphAddresses } from './services/subgraph-addresses.ts'

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
  expect(() => addresses('{"atlantis":"http://x:1/"}')).toThrow(/unknown services: atlantis/)
})

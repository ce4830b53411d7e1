import type { RoutingFacts } from '../planner/routing-facts.ts'

/** Every URL at which one subgraph answers. */
export type SubgraphUrls = readonly [string, ...string[]]

/** A subgraph and where it answers. */
export interface SubgraphAddress {
  readonly name: string
  readonly urls: SubgraphUrls
}

/** Where each subgraph of the composed schema answers: at the URLs that are configured, else at the composed one. */
export function subgraphAddresses(
  facts: RoutingFacts,
  configured: ReadonlyMap<string, SubgraphUrls>,
): SubgraphAddress[] {
  return [...facts.subgraphs.values()].map(({ name, url }) => ({ name, urls: configured.get(name) ?? [url] }))
}

/** Throws an Error that names configured services which the composed schema does not have. */
export function assertKnownServices(facts: RoutingFacts, configured: ReadonlyMap<string, SubgraphUrls>): void {
  const unknown = [...configured.keys()].filter((name) => !facts.subgraphs.has(name))
  if (unknown.length > 0) throw new Error(`SUBGRAPH_URLS names unknown services: ${unknown.join(', ')}`)
}

import { readFileSync } from 'node:fs'
import { regions } from '@movieverse/regions/regions.ts'
import { composeSupergraph, type ComposedSchema, type SubgraphDefinition } from './compose-supergraph.ts'

/** Where a service listens on a machine that runs everything. */
export interface PlatformService {
  readonly name: string
  readonly port: number
  /** Its SDL, from the folder above. */
  readonly schemaFile: string
}

/** Every subgraph of the platform: one for each region of regions.json, and the others. */
export const platformServices: readonly PlatformService[] = [
  ...regions.map(({ slug, port }) => ({ name: slug, port, schemaFile: 'region/schema.graphql' })),
  { name: 'catalog', port: 8060, schemaFile: 'catalog/schema.graphql' },
  { name: 'viewers', port: 8061, schemaFile: 'viewers/schema.graphql' },
  { name: 'recommendations', port: 8062, schemaFile: 'recommendations/schema.graphql' },
]

/** Composes the platform from the subgraphs' own SDL files. */
export function composePlatform(): ComposedSchema {
  return composeSupergraph(platformServices.map(definitionOf))
}

function definitionOf({ name, port, schemaFile }: PlatformService): SubgraphDefinition {
  const sdl = readFileSync(new URL(`../../subgraphs/${schemaFile}`, import.meta.url), 'utf8')
  return { name, url: `http://127.0.0.1:${port}/graphql`, sdl }
}

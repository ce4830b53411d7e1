import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
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
]

/** The committed results of composition. */
export const composedFiles = {
  supergraphSdl: fileURLToPath(new URL('supergraph.graphql', import.meta.url)),
  apiSdl: fileURLToPath(new URL('api.graphql', import.meta.url)),
} as const satisfies Record<keyof ComposedSchema, string>

/** Composes the platform from the subgraphs' own SDL files. */
export function composePlatform(): ComposedSchema {
  return composeSupergraph(platformServices.map(definitionOf))
}

/** The composition that is committed, with which the supergraph starts even when every subgraph is down. */
export function readComposedSchema(): ComposedSchema {
  return {
    supergraphSdl: readFileSync(composedFiles.supergraphSdl, 'utf8'),
    apiSdl: readFileSync(composedFiles.apiSdl, 'utf8'),
  }
}

function definitionOf({ name, port, schemaFile }: PlatformService): SubgraphDefinition {
  const sdl = readFileSync(new URL(`../../subgraphs/${schemaFile}`, import.meta.url), 'utf8')
  return { name, url: `http://127.0.0.1:${port}/graphql`, sdl }
}

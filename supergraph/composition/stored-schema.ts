import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ComposedSchema } from './compose-supergraph.ts'

/** The committed results of composition. */
export const composedFiles = {
  supergraphSdl: fileURLToPath(new URL('supergraph.graphql', import.meta.url)),
  apiSdl: fileURLToPath(new URL('api.graphql', import.meta.url)),
} as const satisfies Record<keyof ComposedSchema, string>

/**
 * The composition that is committed, with which the supergraph starts even when every subgraph is down. Nothing here
 * composes: a supergraph that runs has no use for 20 MB of composition.
 */
export function readComposedSchema(): ComposedSchema {
  return {
    supergraphSdl: readFileSync(composedFiles.supergraphSdl, 'utf8'),
    apiSdl: readFileSync(composedFiles.apiSdl, 'utf8'),
  }
}

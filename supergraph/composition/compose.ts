import { writeFileSync } from 'node:fs'
import { composedFiles, composePlatform, readComposedSchema } from './platform.ts'

// Writes the composed schema; with --check it only tells, by exit code 1, that the committed one is stale.
const composed = composePlatform()
if (process.argv.includes('--check')) {
  const committed = readComposedSchema()
  if (committed.supergraphSdl !== composed.supergraphSdl || committed.apiSdl !== composed.apiSdl) {
    console.error('supergraph/composition is stale: run pnpm compose')
    process.exit(1)
  }
} else {
  writeFileSync(composedFiles.supergraphSdl, composed.supergraphSdl)
  writeFileSync(composedFiles.apiSdl, composed.apiSdl)
  console.log('wrote supergraph/composition/supergraph.graphql and api.graphql')
}

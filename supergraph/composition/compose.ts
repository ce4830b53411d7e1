import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findCommittedApi, listBreakingChanges } from './breaking-changes.ts'
import { composePlatform } from './platform.ts'
import { composedFiles, readComposedSchema } from './stored-schema.ts'

// Writes the composed schema; with --check it only tells, by exit code 1, that the committed one is stale, or that it
// would break clients of the one on main.
const repository = fileURLToPath(new URL('../../', import.meta.url))
const composed = composePlatform()
if (process.argv.includes('--check')) {
  const committed = readComposedSchema()
  if (committed.supergraphSdl !== composed.supergraphSdl || committed.apiSdl !== composed.apiSdl) {
    console.error('supergraph/composition is stale: run pnpm compose')
    process.exitCode = 1
  }
  const before = findCommittedApi(repository, relative(repository, composedFiles.apiSdl))
  const breaking = before === undefined ? [] : await listBreakingChanges(before, composed.apiSdl)
  if (before === undefined) console.log('there is no main to compare the schema with: breaking changes are not checked')
  if (breaking.length > 0) {
    console.error(`the schema breaks clients of main:\n${breaking.map((change) => `- ${change}`).join('\n')}`)
    process.exitCode = 1
  }
} else {
  writeFileSync(composedFiles.supergraphSdl, composed.supergraphSdl)
  writeFileSync(composedFiles.apiSdl, composed.apiSdl)
  console.log('wrote supergraph/composition/supergraph.graphql and api.graphql')
}

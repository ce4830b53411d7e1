import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { listBreakingChanges } from './breaking-changes.ts'
import { composePlatform } from './platform.ts'
import { committedBefore } from './schema-history.ts'
import { composedFiles, readComposedSchema } from './stored-schema.ts'

// Writes the composed schema; with --check it only tells, by exit code 1, that the committed one is stale, or that it
// would break clients of the one on main, or that this cannot be told. --against names another commit than main's.
const repository = fileURLToPath(new URL('../../', import.meta.url))
const { values } = parseArgs({ options: { check: { type: 'boolean' }, against: { type: 'string' } } })
const composed = composePlatform()

async function check(): Promise<string[]> {
  const problems: string[] = []
  const committed = readComposedSchema()
  if (committed.supergraphSdl !== composed.supergraphSdl || committed.apiSdl !== composed.apiSdl) {
    problems.push('supergraph/composition is stale: run pnpm compose')
  }
  const before = committedBefore(repository, relative(repository, composedFiles.apiSdl), values.against)
  for (const { commit, text } of before) {
    const name = commit.slice(0, 12)
    const breaking = text === undefined ? [] : await listBreakingChanges(text, composed.apiSdl)
    console.log(
      `compared with the schema of ${name}: ${text === undefined ? 'there was none' : `${breaking.length} breaking`}`,
    )
    if (breaking.length > 0)
      problems.push(`the schema breaks clients of ${name}:`, ...breaking.map((change) => `- ${change}`))
  }
  if (before.length === 0) console.log('compared with nothing: this is the first commit')
  return problems
}

if (values.check) {
  const problems = await check().catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
} else {
  writeFileSync(composedFiles.supergraphSdl, composed.supergraphSdl)
  writeFileSync(composedFiles.apiSdl, composed.apiSdl)
  console.log('wrote supergraph/composition/supergraph.graphql and api.graphql')
}

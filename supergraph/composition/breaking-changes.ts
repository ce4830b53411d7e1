import { execFileSync } from 'node:child_process'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { buildSchema } from 'graphql'

/** The schema that clients see on main, as committed; undefined where there is no such commit or no such file. */
export function findCommittedApi(repository: string, file: string): string | undefined {
  for (const branch of ['origin/main', 'main']) {
    try {
      return execFileSync('git', ['show', `${branch}:${file}`], {
        cwd: repository,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    } catch {
      // Not that branch; a clone may have either, or none.
    }
  }
  return undefined
}

/** What clients of the first schema could not do with the second any more, one sentence each. */
export async function listBreakingChanges(before: string, after: string): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(after))
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message, path }) => (path === undefined ? message : `${message} (${path})`))
}

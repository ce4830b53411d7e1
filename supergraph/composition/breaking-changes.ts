import { CriticalityLevel, diff, DiffRule } from '@graphql-inspector/core'
import { buildSchema } from 'graphql'

/**
 * What clients of the first schema could not do with the second any more, one sentence each. A field that was deprecated
 * in the first may go.
 */
export async function listBreakingChanges(before: string, after: string): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(after), [DiffRule.suppressRemovalOfDeprecatedField])
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message, path }) => (path === undefined ? message : `${message} (${path})`))
}

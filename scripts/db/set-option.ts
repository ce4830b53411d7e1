import { UsageError } from '@movieverse/service/command.ts'
import { migrationSets, type MigrationSet } from '@movieverse/service/migration-sets.ts'

/** For parseArgs: `--set web` names a group of tables, the platform's where it is left out. */
export const setOption = { set: { type: 'string', default: 'platform' } } as const

/** The set that `--set` names. Throws a UsageError where there is none of that name. */
export function readSet(given: string): MigrationSet {
  const set = migrationSets.find((name) => name === given)
  if (!set) throw new UsageError(`--set takes ${migrationSets.join(', ')}`)
  return set
}

import { spawnSync } from 'node:child_process'

/** Everything that must hold before a commit, in the order in which it is quickest to mend. */
const checks: ReadonlyArray<readonly [name: string, command: string, ...args: string[]]> = [
  ['format', 'oxfmt', '--check', '.'],
  ['lint', 'oxlint', '--type-aware'],
  ['types', 'tsc', '--project', '.'],
  ['types of the website', 'tsc', '--project', 'web/site'],
  ['generated types are fresh', 'node', 'scripts/codegen.ts', '--check'],
  ['composed schema is fresh', 'node', 'supergraph/composition/compose.ts', '--check'],
]

const failed = checks.filter(([name, command, ...args]) => {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  console.log(status === 0 ? `ok: ${name}` : `failed: ${name} (${[command, ...args].join(' ')})`)
  return status !== 0
})
process.exitCode = failed.length === 0 ? 0 : 1

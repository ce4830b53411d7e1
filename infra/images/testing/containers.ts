import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { readdirSync } from 'node:fs'

const run = promisify(execFile)

/** Runs podman; answers what it prints. Throws with what it says where it fails. */
export async function podman(...args: string[]): Promise<string> {
  const { stdout } = await run('podman', args, { maxBuffer: 16 * 1024 * 1024 })
  return stdout.trim()
}

/** As a cluster runs a container: no writable root, no capability, no way to more. Limits are those that this machine allows. */
export const asInCluster = [
  '--network=host',
  '--ulimit=nofile=1024:1024',
  '--ulimit=nproc=1024:1024',
  '--read-only',
  '--read-only-tmpfs=false',
  '--tmpfs=/tmp',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
]

/** Flags of a build that lend it what this machine's npm and pnpm fetched before; what it adds is thrown away. */
export function packageCaches(): string[] {
  const store = answerOf('npx', '--yes', 'pnpm', 'store', 'path').replace(/\/v\d+$/u, '')
  const folders = [
    [store, '/root/.local/share/pnpm/store'],
    [answerOf('npm', 'config', 'get', 'cache'), '/root/.npm'],
  ] as const
  return folders.flatMap(([here, there]) => (isFolder(here) ? [`--volume=${here}:${there}:O`] : []))
}

function answerOf(command: string, ...args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout.trim()
}

function isFolder(path: string): boolean {
  try {
    return path !== '' && readdirSync(path).length > 0
  } catch {
    return false
  }
}

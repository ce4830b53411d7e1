import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { createDatabase } from '@movieverse/service/database.ts'
import { isFree } from '../../scripts/platform/ports.ts'

/** A throwaway MariaDB server on a free port of 127.0.0.1, its data in a temporary folder. */
export interface MariaDbServer {
  /** Root's URL without a database: append the database's name. */
  readonly url: string
  readonly pid: number
  /** Ends it with no time for anything. */
  kill(): Promise<void>
  /** Has it run again on its data, where it was. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Whether Debian's MariaDB server is on this machine. */
export function hasMariaDb(): boolean {
  return executable('mariadbd') !== undefined && executable('mariadb-install-db') !== undefined
}

/** Starts a server and waits until it answers; speed is bought with durability unless `durable` is asked for. */
export async function startMariaDb({ durable = false } = {}): Promise<MariaDbServer> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-mariadb-'))
  await chmod(folder, 0o777)
  const asRoot = process.getuid?.() === 0 ? ['--user=mysql'] : []
  const installed = spawnSync(
    executable('mariadb-install-db') ?? 'mariadb-install-db',
    [
      '--no-defaults',
      ...asRoot,
      `--datadir=${folder}/data`,
      `--tmpdir=${folder}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
    ],
    { encoding: 'utf8' },
  )
  if (installed.status !== 0) throw new Error(`mariadb-install-db failed: ${installed.stderr}`)
  const port = await freePort()
  const flags = ['--no-defaults', ...asRoot, ...serverFlags(folder, port, durable)]
  const url = `mysql://root@127.0.0.1:${port}/`
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(executable('mariadbd') ?? 'mariadbd', flags, { stdio: 'ignore' })
    await answers(`${url}mysql`, started)
    return started
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    server.kill(signal)
    // One that a test has stopped would not hear of it.
    server.kill('SIGCONT')
    await once(server, 'exit')
  }
  let server = await start()
  return {
    url,
    get pid() {
      return server.pid ?? 0
    },
    kill: () => end('SIGKILL'),
    async start() {
      server = await start()
    },
    async stop() {
      await end('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function serverFlags(folder: string, port: number, durable: boolean): string[] {
  return [
    `--datadir=${folder}/data`,
    `--tmpdir=${folder}`,
    `--socket=${folder}/s.sock`,
    `--pid-file=${folder}/pid`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--performance-schema=OFF',
    '--innodb-buffer-pool-size=256M',
    '--innodb-log-file-size=64M',
    `--innodb-flush-log-at-trx-commit=${durable ? 1 : 0}`,
    `--innodb-doublewrite=${durable ? 1 : 0}`,
    '--innodb-use-native-aio=0',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_520_ci',
  ]
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + 20_000
  while (server.exitCode === null && Date.now() < deadline) {
    const db = createDatabase(url)
    try {
      await db.raw('select 1')
      return
    } catch {
      await wait(50)
    } finally {
      await db.destroy()
    }
  }
  throw new Error('MariaDB did not start')
}

/** Below what the system gives to connections and to port 0; a part for each worker of the run. */
const [firstPort, portsOfWorker, partsAtMost] = [20_000, 1_000, 12]
let turn = randomInt(portsOfWorker)

/** A port of 127.0.0.1 that nothing listens on, and that nobody else in this run is given before it is listened on. */
export async function freePort(): Promise<number> {
  const part = Number(process.env.VITEST_POOL_ID ?? 0) % partsAtMost
  for (;;) {
    const port = firstPort + part * portsOfWorker + (turn++ % portsOfWorker)
    if (await isFree(port)) return port
  }
}

/** Where a program of Debian's is: servers stand in a folder that not everybody's PATH names. */
export function executable(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

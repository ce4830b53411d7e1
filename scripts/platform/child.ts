import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { servingStart } from '@movieverse/service/heap.ts'
import type { PlatformProcess } from './processes.ts'

/** A running process of the platform. */
export interface Child {
  readonly name: string
  readonly pid: number
  /** Where it says whether it is ready. */
  readonly readinessUrl: string
  /** Settles when the process has ended, with its exit code, or null where a signal ended it. */
  readonly ended: Promise<number | null>
  hasEnded(): boolean
  /** Asks it to stop, and ends it after the grace period. */
  stop(graceMs: number): Promise<void>
  kill(): void
}

/** Starts a process; each line that it prints goes to `print` with its name in front. */
export function startChild(
  { name, entry, port, readiness = { port, path: '/readyz' }, environment }: PlatformProcess,
  options: { environment: NodeJS.ProcessEnv; watch: boolean; print: (line: string) => void },
): Child {
  const flags = [...servingStart.flags, ...(options.watch ? ['--watch', '--watch-preserve-output'] : [])]
  const child = spawn(process.execPath, [...flags, entry], {
    env: { ...servingStart.environment, ...options.environment, ...environment },
    // The channel tells the child when its parent is gone, however it went.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => options.print(`${name} | ${line}`))
  }
  const ended = once(child, 'exit').then(() => child.exitCode)
  return {
    name,
    pid: child.pid ?? 0,
    readinessUrl: `http://127.0.0.1:${readiness.port}${readiness.path}`,
    ended,
    hasEnded: () => hasEnded(child),
    stop: (graceMs) => stopChild(child, ended, graceMs),
    kill: () => child.kill('SIGKILL'),
  }
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>, graceMs: number): Promise<void> {
  if (hasEnded(child)) return
  child.kill('SIGTERM')
  const lastResort = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await ended
  clearTimeout(lastResort)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

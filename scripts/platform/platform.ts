import { setTimeout as wait } from 'node:timers/promises'
import { startChild, type Child } from './child.ts'
import { refuseTakenPorts } from './ports.ts'
import type { PlatformProcess } from './processes.ts'
import { StartError } from './start-error.ts'

/** Times in milliseconds. */
const readyWithin = 30_000
const stopWithin = 10_000
const pollEvery = 50

export interface PlatformOptions {
  readonly processes: readonly PlatformProcess[]
  readonly environment: NodeJS.ProcessEnv
  /** Restart a process when one of its files changes. */
  readonly watch: boolean
  readonly print: (line: string) => void
}

/** The running platform. */
export interface Platform {
  readonly children: readonly Child[]
  /** Settles with the first process that ended by itself; stays pending while all run. */
  readonly failed: Promise<Child>
  stop(): Promise<void>
  kill(): void
}

/**
 * Starts every process and waits until each says it is ready. Throws a StartError, with everything stopped again,
 * where a port is taken, a process ends, or one is not ready within 30 seconds.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  await refuseTakenPorts(options.processes)
  const children = options.processes.map((each) => startChild(each, options))
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop(stopWithin)))
  }
  try {
    await Promise.all(children.map(ready))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    children,
    failed: Promise.race(children.map((child) => child.ended.then(() => child))),
    stop,
    kill: () => {
      for (const child of children) child.kill()
    },
  }
}

async function ready(child: Child): Promise<void> {
  const deadline = Date.now() + readyWithin
  while (Date.now() < deadline) {
    if (child.hasEnded()) throw new StartError(`${child.name} ended while starting: its last lines stand above`)
    if (await isReady(child.readinessUrl)) return
    await wait(pollEvery)
  }
  throw new StartError(`${child.name} was not ready within ${readyWithin / 1000} seconds`)
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1000) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

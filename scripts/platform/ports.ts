import { once } from 'node:events'
import { createServer } from 'node:net'
import { portsOf, type PlatformProcess } from './processes.ts'
import { StartError } from './start-error.ts'

/** Throws a StartError that names every port of the platform that something else listens on. */
export async function refuseTakenPorts(processes: readonly PlatformProcess[]): Promise<void> {
  const all = processes.flatMap((each) => portsOf(each).map((port) => ({ name: each.name, port })))
  const free = await Promise.all(all.map(({ port }) => isFree(port)))
  const taken = all.filter((_, index) => !free[index])
  if (taken.length === 0) return
  const list = taken.map(({ name, port }) => `${port} (${name})`).join(', ')
  throw new StartError(
    `taken by another program: port ${list}. Stop it, or the MovieVerse that already runs, and start again.`,
  )
}

/** Whether nothing listens on a port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch {
    return false
  }
}

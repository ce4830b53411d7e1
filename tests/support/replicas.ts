import { setTimeout as wait } from 'node:timers/promises'
import { serviceProcesses } from '../../scripts/platform/processes.ts'
import { runCommand, type RunningCommand } from './command.ts'
import { freePort } from './mariadb.ts'

/** One of several processes of a service. */
export interface Replica {
  readonly service: string
  readonly port: number
  /** Stops it with SIGTERM and starts another at its port; answers the exit code. */
  restart(): Promise<number | null>
  output(): string
}

/** Several processes of every service on one database, at ports of their own. */
export interface Replicas extends AsyncDisposable {
  readonly all: readonly Replica[]
  /** `host:port` of the processes of a service. */
  hostsOf(service: string): string[]
}

/** Starts so many processes of each GraphQL service; the supergraph's know all the others. */
export async function startReplicas(count: number, settings: Record<string, string>): Promise<Replicas> {
  const places = await Promise.all(
    serviceProcesses().flatMap((service) =>
      Array.from({ length: count }, async () => ({ ...service, port: await freePort() })),
    ),
  )
  const hostsOf = (name: string): string[] =>
    places.filter((place) => place.name === name).map(({ port }) => `127.0.0.1:${port}`)
  const names = new Set(places.map(({ name }) => name).filter((name) => name !== 'supergraph'))
  const urls = [...names].map((name) => [name, hostsOf(name).map((host) => `http://${host}/graphql`)] as const)
  const common = { ...settings, SUBGRAPH_URLS: JSON.stringify(Object.fromEntries(urls)) }
  const commands = new Map<number, RunningCommand>()
  const start = async (entry: string, port: number, environment: Readonly<Record<string, string>>): Promise<void> => {
    const command = runCommand([entry], { ...common, ...environment, PORT: String(port) })
    commands.set(port, command)
    await ready(port, command)
  }
  const all = places.map(({ name, entry, port, environment }): Replica => {
    let outputBefore = ''
    return {
      service: name,
      port,
      async restart() {
        const command = commands.get(port)
        command?.signal('SIGTERM')
        const code = (await command?.ended) ?? null
        outputBefore += command?.output() ?? ''
        await start(entry, port, environment)
        return code
      },
      output: () => outputBefore + (commands.get(port)?.output() ?? ''),
    }
  })
  await Promise.all(places.map(({ entry, port, environment }) => start(entry, port, environment)))
  return {
    all,
    hostsOf,
    async [Symbol.asyncDispose]() {
      for (const command of commands.values()) command.signal('SIGKILL')
      await Promise.all([...commands.values()].map(({ ended }) => ended))
    },
  }
}

async function ready(port: number, command: RunningCommand): Promise<void> {
  const ended = command.ended.then(() => 'ended' as const)
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    if ((await Promise.race([ended, wait(50)])) === 'ended') throw new Error(`it ended:\n${command.output()}`)
  }
}

import { setTimeout as wait } from 'node:timers/promises'
import { edgePorts, platformProcesses, type PlatformProcess } from '../../scripts/platform/processes.ts'
import { runCommand, type RunningCommand } from './command.ts'
import { freePort } from './mariadb.ts'

type Environment = Readonly<Record<string, string>>

/** A process that is to run, at ports of its own. */
export interface Place {
  readonly service: string
  readonly entry: string
  /** Where it serves, and where it says whether it is ready. */
  readonly port: number
  readonly readinessUrl: string
  readonly environment: Environment
}

/** How a process ended. */
export interface Ending {
  readonly service: string
  /** Null where a signal ended it. */
  readonly code: number | null
  /** From SIGTERM to its end. */
  readonly ms: number
}

/** One of several processes of a service. */
export interface Replica extends Place {
  readonly pid: number
  /** What it printed since it was started last. */
  output(): string
  hasEnded(): boolean
  signal(name: NodeJS.Signals): void
  /** Stops it with SIGTERM and starts another at its ports, with these settings besides those that it had. */
  restart(changes?: Environment): Promise<Ending>
  /** Ends it, at once or by SIGTERM; settles when it has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
  /** Starts another at its ports once it has ended, and waits until that is ready. */
  start(): Promise<void>
}

/** Processes that run until they are disposed of. */
export interface Replicas extends AsyncDisposable {
  readonly all: readonly Replica[]
}

/** Places for so many processes of each of these services, web among them. */
export async function servicePlaces(names: readonly string[], count = 2): Promise<Place[]> {
  const known = platformProcesses().filter(({ name }) => names.includes(name))
  return Promise.all(known.flatMap((one) => Array.from({ length: count }, async () => servicePlace(one))))
}

async function servicePlace({ name, entry, environment }: PlatformProcess): Promise<Place> {
  const port = await freePort()
  const readinessUrl = `http://127.0.0.1:${port}/readyz`
  return { service: name, entry, port, readinessUrl, environment: { ...environment, PORT: String(port) } }
}

/** An edge's place, and where it speaks TLS. */
export interface EdgePlace extends Place {
  readonly tlsPort: number
  readonly adminPort: number
}

/** Places for edges that share a folder with kong.yml and a certificate. */
export async function edgePlaces(folder: string, count = 2): Promise<EdgePlace[]> {
  const edge = platformProcesses().find(({ name }) => name === 'edge')
  if (!edge) throw new Error('the platform has an edge')
  return Promise.all(
    Array.from({ length: count }, async () => {
      const [port, tlsPort, admin, status] = await Promise.all(Object.keys(edgePorts).map(freePort))
      const environment = {
        KONG_CONFIG: `${folder}/kong.yml`,
        EDGE_DATA_FOLDER: folder,
        EDGE_HTTP_PORT: String(port),
        EDGE_HTTPS_PORT: String(tlsPort),
        PORT: String(admin),
        EDGE_STATUS_PORT: String(status),
      }
      const readinessUrl = `http://127.0.0.1:${status}/status/ready`
      const ports = { port: port ?? 0, tlsPort: tlsPort ?? 0, adminPort: admin ?? 0 }
      return { service: 'edge', entry: edge.entry, ...ports, readinessUrl, environment }
    }),
  )
}

/** `host:port` of the processes of a service. */
export function hostsOf(places: readonly Place[], service: string): string[] {
  return places.filter((place) => place.service === service).map(({ port }) => `127.0.0.1:${port}`)
}

/** Where a supergraph finds these subgraphs, as SUBGRAPH_URLS; what has no place answers nowhere. */
export function subgraphUrls(places: readonly Place[]): string {
  const names = [...new Set(places.map(({ service }) => service))].filter(
    (name) => !['edge', 'web', 'supergraph'].includes(name),
  )
  return JSON.stringify(
    Object.fromEntries(names.map((name) => [name, hostsOf(places, name).map((host) => `http://${host}/graphql`)])),
  )
}

/** Starts a process at each place and waits until all are ready. */
export async function startReplicas(places: readonly Place[], settings: Environment): Promise<Replicas> {
  const started = places.map((place) => startReplica(place, settings))
  await Promise.all(started.map(({ isReady }) => isReady))
  return {
    all: started.map(({ replica }) => replica),
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map(async ({ kill }) => kill()))
    },
  }
}

interface StartedReplica {
  readonly replica: Replica
  readonly isReady: Promise<void>
  readonly kill: () => Promise<unknown>
}

function startReplica(place: Place, settings: Environment): StartedReplica {
  let environment: Environment = { ...settings, ...place.environment }
  let isRunning = true
  const run = (): RunningCommand => {
    const started = runCommand([place.entry], environment)
    isRunning = true
    void started.ended.then(() => (isRunning = false))
    return started
  }
  let command = run()
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    command.signal(signal)
    return command.ended
  }
  const start = async (): Promise<void> => {
    command = run()
    await ready(place, command)
  }
  const replica: Replica = {
    ...place,
    get pid() {
      return command.pid
    },
    output: () => command.output(),
    hasEnded: () => !isRunning,
    signal: (name) => command.signal(name),
    end,
    start,
    async restart(changes = {}) {
      const began = performance.now()
      const code = await end('SIGTERM')
      const ms = performance.now() - began
      environment = { ...environment, ...changes }
      await start()
      return { service: place.service, code, ms }
    },
  }
  return { isReady: ready(place, command), replica, kill: () => end('SIGKILL') }
}

async function ready({ readinessUrl }: Place, command: RunningCommand): Promise<void> {
  const ended = command.ended.then(() => 'ended' as const)
  for (;;) {
    const answer = await fetch(readinessUrl).catch(() => undefined)
    if (answer?.ok) return
    if ((await Promise.race([ended, wait(50)])) === 'ended') throw new Error(`it ended:\n${command.output()}`)
  }
}

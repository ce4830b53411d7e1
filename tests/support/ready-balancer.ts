import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A port that connections are passed on to, while its process says that it is ready. */
export interface BalancedTarget {
  readonly port: number
  readonly readinessUrl: string
}

/** What stands before several edges: a port of its own. */
export interface ReadyBalancer extends AsyncDisposable {
  readonly port: number
}

const lookEveryMs = 200

/**
 * Passes connections on to targets in turn, as balancers below HTTP do: to those alone whose readiness is green, looked at
 * five times a second, or to all where none is green, and to another where a port refuses. What goes over a connection is none of its business.
 */
export async function startReadyBalancer(targets: readonly BalancedTarget[]): Promise<ReadyBalancer> {
  const sockets = new Set<Socket>()
  let ready = targets
  let turn = 0
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).once('close', () => sockets.delete(socket))
  }
  const pass = (client: Socket, untried: readonly BalancedTarget[]): void => {
    const [target, ...others] = untried
    if (!target) return void client.destroy()
    const upstream = keep(connect(target.port, '127.0.0.1'))
    const onRefused = (): void => pass(client, others)
    upstream.once('error', onRefused).once('connect', () => {
      upstream.off('error', onRefused)
      client.pipe(upstream).pipe(client)
      client.once('close', () => upstream.destroy())
      upstream.once('close', () => client.destroy())
    })
  }
  const server = createServer((client) => {
    const start = turn++ % ready.length
    pass(keep(client), [...ready.slice(start), ...ready.slice(0, start)])
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const look = async (): Promise<void> => {
    const answers = await Promise.all(targets.map(({ readinessUrl }) => fetch(readinessUrl).catch(() => undefined)))
    const green = targets.filter((_, index) => answers[index]?.ok)
    ready = green.length > 0 ? green : targets
  }
  const looking = setInterval(() => void look(), lookEveryMs)
  return {
    // `as`: a server that listens on a port has no other kind of address.
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      clearInterval(looking)
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

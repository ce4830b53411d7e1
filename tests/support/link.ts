import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** How a link fails: it refuses connections, or nothing that is sent over it arrives, in either direction. */
export type Cut = 'refuses' | 'is silent'

/** A port of 127.0.0.1 behind which another port stands, until the link is cut. */
export interface Link extends AsyncDisposable {
  readonly port: number
  cut(how: Cut): Promise<void>
  /** Takes connections again. What was open when a link fell silent stays half-open: nobody hears of its end. */
  mend(): Promise<void>
}

export async function startLink(targetPort: number): Promise<Link> {
  const sockets = new Set<Socket>()
  let state: Cut | 'passes' = 'passes'
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).once('close', () => sockets.delete(socket))
  }
  const take = (client: Socket): void => {
    keep(client)
    // What a silent link takes is lost.
    if (state === 'is silent') return void client.resume()
    const upstream = keep(connect(targetPort, '127.0.0.1'))
    client.pipe(upstream).pipe(client)
    client.once('close', () => state === 'is silent' || upstream.destroy())
    upstream.once('close', () => state === 'is silent' || client.destroy())
  }
  let server: Server | undefined = await listen(0, take)
  // `as`: a server that listens on a port has no other kind of address.
  const { port } = server.address() as AddressInfo
  const refuse = async (): Promise<void> => {
    server?.close()
    for (const socket of sockets) socket.destroy()
    if (server) await once(server, 'close')
    server = undefined
  }
  return {
    port,
    async cut(how) {
      state = how
      if (how === 'refuses') return refuse()
      for (const socket of sockets) socket.unpipe().removeAllListeners('close').resume()
    },
    async mend() {
      state = 'passes'
      server ??= await listen(port, take)
    },
    [Symbol.asyncDispose]: refuse,
  }
}

async function listen(port: number, take: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, take).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

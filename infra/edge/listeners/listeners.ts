import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** Opens a port; the error says which one could not be had. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is taken by another process' : `cannot be had: ${error.message}`
      reject(new Error(`port ${port} ${reason}`))
    })
    server.listen(port, host, resolve)
  })
  // `as`: a server that listens on a port has no other kind of address.
  return (server.address() as AddressInfo).port
}

/** Stops taking connections, and resolves when the requests in flight have been answered. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

/** The open connections of some servers. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>()

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  get size(): number {
    return this.#sockets.size
  }
}

import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { plainAddress } from '../networks.ts'

/** What is known of a client's connection, the same for all of its requests. */
export interface Connection {
  readonly isTls: boolean
  /** Whether the peer's forwarding headers are believed. */
  readonly isTrusted: boolean
  readonly remoteAddress: string
  readonly localPort: number
  /** The answer in the making; requests that came behind it wait, as nginx takes them one after the other. */
  response: ServerResponse | undefined
  readonly waiting: Array<() => void>
  isWebSocket: boolean
}

/** The open connections of the proxy's listeners. */
export class Connections {
  readonly #open = new Map<Socket, Connection>()
  readonly #isTrusted: (address: string) => boolean
  /** Connections and requests of this process, for `/status` and metrics. */
  accepted = 0
  totalRequests = 0

  constructor(isTrusted: (address: string) => boolean) {
    this.#isTrusted = isTrusted
  }

  get active(): number {
    return this.#open.size
  }

  watch(server: Server, event: 'connection' | 'secureConnection'): void {
    server.on(event, (socket: Socket) => {
      this.accepted++
      const remoteAddress = plainAddress(socket.remoteAddress)
      this.#open.set(socket, {
        isTls: socket instanceof TLSSocket,
        isTrusted: this.#isTrusted(remoteAddress),
        remoteAddress,
        localPort: socket.localPort ?? 0,
        response: undefined,
        waiting: [],
        isWebSocket: false,
      })
      socket.once('close', () => this.#open.delete(socket))
    })
  }

  find(socket: Socket): Connection | undefined {
    return this.#open.get(socket)
  }

  /** They would keep a stopping edge waiting for ever. */
  closeWebSockets(): void {
    for (const [socket, { isWebSocket }] of this.#open) if (isWebSocket) socket.destroy()
  }
}

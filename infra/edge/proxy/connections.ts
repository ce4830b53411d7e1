import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { plainAddress, type TrustedPeers } from './trusted-peers.ts'

/** What is known of a client's connection; looked up once and kept for all of its requests. */
export interface Connection {
  readonly isTls: boolean
  readonly isTrusted: boolean
  readonly remoteAddress: string
  readonly localPort: number
  /** The answer in the making; requests that came behind it wait, as nginx takes them one after the other. */
  response: ServerResponse | undefined
  readonly waiting: Array<() => void>
}

/** Counts the edge's connections and knows them again. */
export class Connections {
  readonly #known = new WeakMap<Socket, Connection>()
  readonly #isTrusted: TrustedPeers
  /** Requests of this process, for `/status` and metrics. */
  totalRequests = 0
  #accepted = 0

  constructor(isTrusted: TrustedPeers) {
    this.#isTrusted = isTrusted
  }

  get accepted(): number {
    return this.#accepted
  }

  /** The connection of a new request. */
  countRequest(socket: Socket): Connection {
    const connection = this.#known.get(socket) ?? this.#register(socket)
    this.totalRequests++
    return connection
  }

  find(socket: Socket): Connection | undefined {
    return this.#known.get(socket)
  }

  #register(socket: Socket): Connection {
    this.#accepted++
    const remoteAddress = plainAddress(socket.remoteAddress)
    const connection: Connection = {
      isTls: socket instanceof TLSSocket,
      isTrusted: this.#isTrusted(remoteAddress),
      remoteAddress,
      localPort: socket.localPort ?? 0,
      response: undefined,
      waiting: [],
    }
    this.#known.set(socket, connection)
    return connection
  }
}

import { createClient, type Client } from 'graphql-ws'
import { WebSocket, type ClientOptions } from 'ws'

/** What a connection begins with: its headers, and whom it trusts where the other side speaks TLS. */
export type ConnectionStart = Pick<ClientOptions, 'headers' | 'ca'>

export interface SubscriptionClientOptions {
  /** Where the next connection goes. */
  readonly url: () => string
  readonly start: () => ConnectionStart
  /** How long opening a connection, closing it, and an answer to a ping may take each, in milliseconds. */
  readonly timeoutMs: number
  /** How long an unused connection is kept, in milliseconds. */
  readonly idleMs?: number
  readonly onClosed: () => void
}

/** How often the other side is asked whether it is still there: a connection that the network has lost tells nobody. */
const pingEveryMs = 10_000

/**
 * A client of GraphQL subscriptions with one connection, which is given up wherever the other side says nothing. It never
 * tries again by itself, since the waits between its tries would double without end, and nobody would know what was missed.
 * Neither `url` nor `start` may throw: nobody would catch it.
 */
export function createSubscriptionClient({
  url,
  start,
  timeoutMs,
  idleMs = 0,
  onClosed,
}: SubscriptionClientOptions): Client {
  let overdue: NodeJS.Timeout | undefined
  const client: Client = createClient({
    url,
    webSocketImpl: boundedSocket(start, timeoutMs),
    lazyCloseTimeout: idleMs,
    connectionAckWaitTimeout: timeoutMs,
    keepAlive: pingEveryMs,
    retryAttempts: 0,
    on: {
      ping: (isReceived) => {
        if (!isReceived) overdue = setTimeout(() => client.terminate(), timeoutMs)
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(overdue)
      },
      closed: () => {
        clearTimeout(overdue)
        onClosed()
      },
    },
  })
  return client
}

/** A WebSocket that waits for nobody longer than that, as those of Node and of browsers do. */
function boundedSocket(
  start: () => ConnectionStart,
  timeoutMs: number,
): new (address: string, protocols: string[]) => WebSocket {
  return class extends WebSocket {
    constructor(address: string, protocols: string[]) {
      const bounds = { handshakeTimeout: timeoutMs, closeTimeout: timeoutMs, perMessageDeflate: false }
      super(address, protocols, { ...start(), ...bounds })
      // The client stops listening to a connection that it has given up, and an error without a listener ends a process.
      this.on('error', () => {})
    }
  }
}

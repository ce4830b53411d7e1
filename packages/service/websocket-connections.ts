import type { FastifyInstance, FastifyRequest } from 'fastify'
import { CloseCode, type Server } from 'graphql-ws'
import type { WebSocket } from 'ws'

/** The HTTP request that opened a connection, and a signal that is aborted when it ends. */
export interface ConnectionExtra {
  readonly request: FastifyRequest
  readonly signal: AbortSignal
}

export interface ConnectionBounds {
  /** Connections of this process at once. */
  readonly connections: number
  /** How often a peer is asked whether it is still there, and how long it may take to say so. */
  readonly keepAliveMs: number
}

/** The connections of one endpoint. */
export interface WebSocketConnections {
  open(socket: WebSocket, request: FastifyRequest): void
  /** Tells every peer that the server is going away. */
  closeAll(): void
  readonly size: number
}

/** Codes of RFC 6455 and its registry, besides those of graphql-ws. */
const goingAway = 1001
const tryAgainLater = 1013

/** Joins sockets to a graphql-ws server: within the bounds, asked for signs of life, and without a word about our errors. */
export function createConnections(
  app: FastifyInstance,
  server: Server<ConnectionExtra>,
  { connections, keepAliveMs }: ConnectionBounds,
): WebSocketConnections {
  const sockets = new Set<WebSocket>()
  let isClosing = false
  const fail = (socket: WebSocket, error: unknown): void => {
    app.log.error({ err: error }, 'websocket failed')
    socket.close(CloseCode.InternalServerError, 'Internal server error')
  }
  return {
    open(socket, request) {
      // The peer ended it without a farewell, or sent more than it may: ws closes it with the code that says so.
      socket.once('error', (error) => app.log.info({ err: error }, 'websocket broke'))
      if (isClosing) return socket.close(goingAway, 'The server is going away')
      if (sockets.size >= connections) return socket.close(tryAgainLater, 'Too many connections')
      sockets.add(socket)
      const stopAsking = keepAlive(socket, keepAliveMs)
      const ended = new AbortController()
      const closed = server.opened(
        {
          protocol: socket.protocol,
          send: async (data) => send(socket, data),
          close: (code, reason) => socket.close(code ?? CloseCode.InternalServerError, reason ?? ''),
          onMessage: (handle) =>
            socket.on('message', (data: Buffer) => {
              handle(data.toString()).catch((error: unknown) => fail(socket, error))
            }),
        },
        { request, signal: ended.signal },
      )
      socket.once('close', (code, reason) => {
        stopAsking()
        ended.abort()
        sockets.delete(socket)
        closed(code, String(reason)).catch((error: unknown) => app.log.error({ err: error }, 'websocket failed'))
      })
    },
    closeAll() {
      isClosing = true
      for (const socket of sockets) socket.close(goingAway, 'The server is going away')
    },
    get size() {
      return sockets.size
    },
  }
}

async function send(socket: WebSocket, data: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return
  await new Promise<void>((resolve, reject) => {
    socket.send(data, (error) => (error && socket.readyState === socket.OPEN ? reject(error) : resolve()))
  })
}

/** Pings a peer and cuts it off where no pong comes before the next ping; answers what stops it. */
function keepAlive(socket: WebSocket, everyMs: number): () => void {
  let isAlive = true
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.once('pong', () => {
      isAlive = true
    })
    socket.ping()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { CloseCode, type Server } from 'graphql-ws'

/** What this project uses of a socket of the package ws, whose types are not installed. */
export interface ServerSocket {
  readonly protocol: string
  readonly readyState: number
  readonly OPEN: number
  send(data: string, done: (error?: Error) => void): void
  close(code: number, reason: string): void
  terminate(): void
  ping(): void
  on(event: 'message', listener: (data: unknown) => void): void
  once(event: 'pong', listener: () => void): void
  once(event: 'error', listener: (error: Error) => void): void
  once(event: 'close', listener: (code: number, reason: unknown) => void): void
}

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
  open(socket: ServerSocket, request: FastifyRequest): void
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
  const sockets = new Set<ServerSocket>()
  let isClosing = false
  const fail = (socket: ServerSocket, error: unknown): void => {
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
            socket.on('message', (data) => {
              handle(String(data)).catch((error: unknown) => fail(socket, error))
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

async function send(socket: ServerSocket, data: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return
  await new Promise<void>((resolve, reject) => {
    socket.send(data, (error) => (error && socket.readyState === socket.OPEN ? reject(error) : resolve()))
  })
}

/** Pings a peer and cuts it off where no pong comes before the next ping; answers what stops it. */
function keepAlive(socket: ServerSocket, everyMs: number): () => void {
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

import { setImmediate } from 'node:timers/promises'
import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { makeServer, type Server } from 'graphql-ws'
import type { MercuriusCommonOptions, MercuriusContext } from 'mercurius'
import type { ServiceConfig } from './config.ts'
import { PublicError } from './errors.ts'
import type { OperationParameters, ResolveDocument } from './graphql-documents.ts'
import { publicLimits, type GraphqlLimits } from './graphql-limits.ts'
import {
  createOperationStarter,
  type RunningOperations,
  type StartedOperation,
} from './graphql-websocket-operations.ts'
import { isTrustedService } from './identity.ts'
import { bodyLimitBytes } from './server.ts'
import { createConnections, type ConnectionBounds, type ConnectionExtra } from './websocket-connections.ts'

/** What one peer may take of a GraphQL WebSocket. */
export interface WebSocketBounds extends ConnectionBounds {
  /** Largest message in bytes; a larger one closes the connection. */
  readonly messageBytes: number
  /** Operations that run on one connection at once; the supergraph's own connections have no such limit. */
  readonly operations: number
  /** How long a peer may take to introduce itself. */
  readonly initTimeoutMs: number
}

export const publicBounds: WebSocketBounds = {
  messageBytes: bodyLimitBytes,
  operations: 20,
  connections: 5000,
  initTimeoutMs: 3000,
  keepAliveMs: 12_000,
}

export interface WebSocketOptions {
  readonly config: Pick<ServiceConfig, 'SERVICE_SECRET'>
  /** What resolvers get as their third argument, made anew for every operation and every event. */
  readonly context: (request: FastifyRequest) => object | Promise<object>
  readonly errorFormatter: NonNullable<MercuriusCommonOptions['errorFormatter']>
  readonly limits?: GraphqlLimits
  readonly bounds?: Partial<WebSocketBounds>
  readonly resolveDocument?: ResolveDocument | undefined
}

/**
 * Serves operations of every kind over WebSocket at `/graphql`, in the protocol graphql-transport-ws. To be called before
 * mercurius is registered, whose own WebSocket takes documents without validating them, adds what a client sends in
 * `connection_init` to its request's headers, and tells clients the text of every error. Who asks is who opened the
 * connection, by its headers.
 */
export async function addGraphqlWebSocket(app: FastifyInstance, options: WebSocketOptions): Promise<void> {
  const bounds = { ...publicBounds, ...options.bounds }
  const running: RunningOperations = { queries: new Set(), subscriptions: 0 }
  const server = createServer(app, options, bounds, running)
  const connections = createConnections(app, server, bounds)
  app.meters.gauge(
    { name: 'movieverse_websocket_connections', help: 'Open WebSockets.', labelNames: [] },
    () => connections.size,
  )
  app.meters.gauge(
    { name: 'movieverse_graphql_subscriptions', help: 'Subscriptions that are being told events.', labelNames: [] },
    () => running.subscriptions,
  )
  app.addHook('onRoute', (route) => {
    if (route.url !== '/graphql' || route.method !== 'GET') return
    route.wsHandler = (socket, request) => connections.open(socket, request)
  })
  // Queries in flight are answered first; subscriptions end with the connection.
  app.addHook('preClose', async () => {
    await Promise.allSettled(running.queries)
    // Their last messages are written in this turn.
    await setImmediate()
    connections.closeAll()
  })
  await app.register(websocket, { options: { maxPayload: bounds.messageBytes } })
}

function createServer(
  app: FastifyInstance,
  options: WebSocketOptions,
  bounds: WebSocketBounds,
  running: RunningOperations,
): Server<ConnectionExtra> {
  const { errorFormatter, config } = options
  const start = createOperationStarter(app, { limits: publicLimits, ...options })
  const operations = new WeakMap<object, StartedOperation>()
  const format = (errors: readonly GraphQLError[], request: FastifyRequest): readonly GraphQLFormattedError[] => {
    // A context as far as error formatters look at it: over WebSocket there is no reply.
    const context = { app, request } as unknown as MercuriusContext
    return (errorFormatter({ errors }, context).response.errors ?? []) as readonly GraphQLFormattedError[]
  }
  const run = async (args: object): Promise<AsyncGenerator<never>> => {
    const operation = operations.get(args)
    if (!operation) throw new Error('graphql-ws runs what onSubscribe gave it')
    // `as`: graphql-ws types results by executor; both kinds give answers as graphql makes them.
    return (await operation.run(running)) as AsyncGenerator<never>
  }
  return makeServer<Record<string, unknown>, ConnectionExtra>({
    connectionInitWaitTimeout: bounds.initTimeoutMs,
    // graphql-ws wants a query in every message; who names a stored document has none.
    jsonMessageReviver: (key, value: unknown) =>
      key === 'payload' && namesDocument(value) ? { query: '', ...value } : value,
    async onSubscribe({ extra, subscriptions }, _id, payload) {
      try {
        const isOver = Object.keys(subscriptions).length > bounds.operations && !isTrustedService(extra.request, config)
        if (isOver) throw new PublicError('LIMIT_EXCEEDED', `The limit is ${bounds.operations} operations at once`)
        const operation = await start(payload, extra)
        operations.set(operation.args, operation)
        return operation.args
      } catch (error) {
        return [errorOf(error)]
      }
    },
    execute: run,
    subscribe: run,
    // Results are formatted already.
    onNext: (_ctx, _id, _payload, _args, result) => result as never,
    onError: ({ extra }, _id, _payload, errors) => format(errors, extra.request),
  })
}

function namesDocument(value: unknown): value is OperationParameters {
  if (typeof value !== 'object' || value === null || 'query' in value) return false
  return 'documentId' in value || 'extensions' in value
}

function errorOf(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  const originalError = error instanceof Error ? error : new Error(String(error))
  return new GraphQLError(originalError.message, { originalError })
}

import type { FastifyInstance } from 'fastify'
import {
  createSourceEventStream,
  execute,
  getOperationAST,
  OperationTypeNode,
  parse,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
} from 'graphql'
import type { SubscribePayload } from 'graphql-ws'
import type { MercuriusContext } from 'mercurius'
import { PublicError } from './errors.ts'
import { mapEvents } from './event-stream.ts'
import {
  asksForInternals,
  assertOneOperation,
  assertSubscription,
  assertTokens,
  trustedLimits,
} from './graphql-limits.ts'
import type { WebSocketOptions } from './graphql-websocket.ts'
import { isTrustedService } from './identity.ts'
import type { ConnectionExtra } from './websocket-connections.ts'

/** An operation whose message was accepted. */
export interface StartedOperation {
  readonly args: ExecutionArgs
  /** Its answer, or one for every event; ends with an error where it is refused. */
  readonly run: (running: RunningOperations) => Promise<AsyncGenerator<ExecutionResult>>
}

/** What is under way on all connections. */
export interface RunningOperations {
  readonly queries: Set<Promise<unknown>>
  subscriptions: number
}

type Options = WebSocketOptions & Required<Pick<WebSocketOptions, 'limits'>>

/** Looks at what a `subscribe` message asks for. The promise rejects where it is refused before anything runs. */
export function createOperationStarter(
  app: FastifyInstance,
  options: Options,
): (payload: SubscribePayload, connection: ConnectionExtra) => Promise<StartedOperation> {
  return async (payload, connection) => {
    const parameters = { ...payload }
    options.resolveDocument?.(parameters, connection.request)
    const isTrusted = isTrustedService(connection.request, options.config)
    const limits = isTrusted ? trustedLimits : options.limits
    assertTokens(parameters.query, limits)
    const document = parse(parameters.query, { maxTokens: trustedLimits.tokens })
    assertOneOperation(document)
    const operation: Operation = { app, options, connection, parameters }
    const args: ExecutionArgs = {
      schema: app.graphql.schema,
      document,
      operationName: parameters.operationName ?? null,
      variableValues: parameters.variables ?? null,
      contextValue: {},
    }
    const type = getOperationAST(document, args.operationName)?.operation
    if (type !== OperationTypeNode.SUBSCRIPTION) return { args, run: async ({ queries }) => answer(operation, queries) }
    if (asksForInternals(document) && !isTrusted) throw new PublicError('FORBIDDEN', 'For the supergraph alone')
    assertSubscription(args.schema, document, limits, parameters.variables)
    return { args, run: async (running) => answerEvents(operation, args, running) }
  }
}

interface Operation {
  readonly app: FastifyInstance
  readonly options: Options
  readonly connection: ConnectionExtra
  readonly parameters: SubscribePayload
}

/** What resolvers get; mercurius' hooks find the request in it, since there is no reply. */
type OperationContext = ConnectionExtra & { readonly app: FastifyInstance; errors?: readonly GraphQLError[] | null }

function contextOf({ app, options, connection }: Operation, signal: AbortSignal): OperationContext {
  const { request } = connection
  return Object.assign(options.context(request), { app, request, signal })
}

/**
 * A query or a mutation, by mercurius as any request. Who ends it early, by `complete` or with the connection, aborts its
 * signal, and no answer is told.
 */
function answer(operation: Operation, running: Set<Promise<unknown>>): AsyncGenerator<ExecutionResult> {
  const { query, variables, operationName } = operation.parameters
  const ended = new AbortController()
  const closed = operation.connection.signal
  const hangUp = (): void => ended.abort()
  const sent = Promise.withResolvers<void>()
  const execution = async (): Promise<ExecutionResult> => {
    // `as`: what mercurius asks of a context it adds itself.
    const context = contextOf(operation, ended.signal) as unknown as MercuriusContext
    return operation.app.graphql(query, context, variables ?? {}, operationName ?? undefined)
  }
  running.add(sent.promise)
  closed.addEventListener('abort', hangUp)
  return mapEvents(once(), execution, () => {
    closed.removeEventListener('abort', hangUp)
    hangUp()
    running.delete(sent.promise)
    sent.resolve()
  })
}

/** One event that says nothing. */
async function* once(): AsyncGenerator<undefined> {
  yield undefined
}

/** A subscription: each event is executed with a context of its own, so that nothing loaded for one is kept for the next. */
async function answerEvents(
  operation: Operation,
  args: ExecutionArgs,
  running: RunningOperations,
): Promise<AsyncGenerator<ExecutionResult>> {
  const ended = new AbortController()
  const source = await createSourceEventStream({ ...args, contextValue: contextOf(operation, ended.signal) })
  if (!(Symbol.asyncIterator in source)) return refused(source.errors)
  const answerEvent = async (event: unknown): Promise<ExecutionResult> => {
    const contextValue = contextOf(operation, ended.signal)
    return formatted(operation, await execute({ ...args, contextValue, rootValue: event }), contextValue)
  }
  running.subscriptions += 1
  return mapEvents(source, answerEvent, () => {
    running.subscriptions -= 1
    ended.abort()
  })
}

/** Ends as graphql-ws wants a refusal to end. */
// oxlint-disable-next-line require-yield
async function* refused(errors: readonly GraphQLError[] | undefined): AsyncGenerator<never> {
  throw errors?.[0] ?? new Error('a subscription gave neither events nor errors')
}

function formatted({ options }: Operation, execution: ExecutionResult, context: OperationContext): ExecutionResult {
  const errors = [...(context.errors ?? []), ...(execution.errors ?? [])]
  if (errors.length === 0) return execution
  const data = execution.data ?? null
  // `as`: over WebSocket there is no reply, which our formatters know; what they give is what is sent.
  const { response } = options.errorFormatter({ data, errors }, context as unknown as MercuriusContext)
  return response as ExecutionResult
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { getOperationAST, parse } from 'graphql'
import type { MercuriusContext } from 'mercurius'
import { PublicError } from './errors.ts'
import {
  asksForInternals,
  assertLimits,
  assertOneOperation,
  assertTokens,
  trustedLimits,
  type GraphqlLimits,
} from './graphql-limits.ts'

export interface GuardOptions {
  readonly limits: GraphqlLimits
  readonly isTrusted: (request: FastifyRequest) => boolean
}

/**
 * Puts the limits into mercurius' hooks. They depend on the caller, and parsed documents are cached for all callers, so
 * they are looked at for each request, not in a validation rule. The hooks run for HTTP, and over WebSocket for queries
 * and mutations; for subscriptions see graphql-websocket-operations.ts.
 */
export function guardOperations(app: FastifyInstance, { limits, isTrusted }: GuardOptions): void {
  const limitsFor = (request: FastifyRequest | undefined): GraphqlLimits =>
    request && isTrusted(request) ? trustedLimits : limits
  app.graphql.addHook('preParsing', (_schema, source, context) => {
    const request = requestOf(context)
    assertTokens(source, limitsFor(request))
    if (request?.method === 'GET' && !request.ws) assertOperationName(source, request.query)
  })
  app.graphql.addHook('preValidation', (_schema, document) => assertOneOperation(document))
  app.graphql.addHook('preExecution', (schema, document, context, variables) => {
    const request = requestOf(context)
    if (asksForInternals(document) && !(request && isTrusted(request))) {
      throw new PublicError('FORBIDDEN', '_entities and _service are for the supergraph alone')
    }
    assertLimits(schema, document, variables, limitsFor(request))
  })
}

interface WebSocketContext {
  readonly request?: FastifyRequest
}

/** The HTTP request of an operation, or the one that opened its WebSocket. */
function requestOf(context: MercuriusContext & WebSocketContext): FastifyRequest | undefined {
  return context.reply?.request ?? context.request
}

/** Documents whose operation's name was looked at; the oldest go first. */
const namedAtMost = 1000

/** Names that were found to be in documents, or not, so that a document is parsed for its name once. */
const knownNames = new Map<string, boolean>()

/** For GET mercurius looks the operation up before it validates, and trips over a name that is not there. */
function assertOperationName(source: string, query: unknown): void {
  const { operationName } = query as { operationName?: string } // as graphql-http.ts has checked
  if (!operationName) return
  const key = `${operationName} ${source}`
  const isThere = knownNames.get(key) ?? Boolean(getOperationAST(parse(source), operationName))
  knownNames.set(key, isThere)
  const [oldest] = knownNames.keys()
  if (knownNames.size > namedAtMost && oldest !== undefined) knownNames.delete(oldest)
  if (isThere) return
  throw new PublicError('GRAPHQL_VALIDATION_FAILED', `Unknown operation named "${operationName}".`)
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { getOperationAST, parse } from 'graphql'
import type { MercuriusContext } from 'mercurius'
import { PublicError } from './errors.ts'
import {
  asksForInternals,
  assertLimits,
  assertOneOperation,
  assertSubscription,
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
 * and mutations; subscriptions have hooks of their own.
 */
export function guardOperations(app: FastifyInstance, { limits, isTrusted }: GuardOptions): void {
  const limitsFor = (request: FastifyRequest | undefined): GraphqlLimits =>
    request && isTrusted(request) ? trustedLimits : limits
  app.graphql.addHook('preParsing', (_schema, source, context) => {
    const request = requestOf(context)
    assertTokens(source, limitsFor(request))
    if (request?.method === 'GET' && !request.headers.upgrade) assertOperationName(source, request.query)
  })
  app.graphql.addHook('preValidation', (_schema, document) => assertOneOperation(document))
  app.graphql.addHook('preExecution', (schema, document, context, variables) => {
    const request = requestOf(context)
    if (asksForInternals(document) && !(request && isTrusted(request))) {
      throw new PublicError('FORBIDDEN', '_entities and _service are for the supergraph alone')
    }
    assertLimits(schema, document, variables, limitsFor(request))
  })
  app.graphql.addHook('preSubscriptionExecution', (schema, document, context) =>
    assertSubscription(schema, document, limitsFor(requestOf(context))),
  )
}

interface WebSocketContext {
  readonly request?: FastifyRequest
}

/** The HTTP request of an operation, or the one that opened its WebSocket. */
function requestOf(context: MercuriusContext & WebSocketContext): FastifyRequest | undefined {
  return context.reply?.request ?? context.request
}

/** For GET mercurius looks the operation up before it validates, and trips over a name that is not there. */
function assertOperationName(source: string, query: unknown): void {
  const { operationName } = query as { operationName?: string } // as graphql-http.ts has checked
  if (!operationName || getOperationAST(parse(source), operationName)) return
  throw new PublicError('GRAPHQL_VALIDATION_FAILED', `Unknown operation named "${operationName}".`)
}

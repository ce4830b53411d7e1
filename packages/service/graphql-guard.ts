import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { MercuriusContext } from 'mercurius'
import { PublicError } from './errors.ts'
import { assertBatchLimits, isBatched } from './graphql-batch.ts'
import {
  asksForInternals,
  assertLimits,
  assertOneOperation,
  assertTokens,
  isSubscription,
  trustedLimits,
  type GraphqlLimits,
} from './graphql-limits.ts'
import { assertOperationName } from './graphql-operation-name.ts'

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
    assertTokens(source, limitsFor(requestOf(context)))
  })
  app.graphql.addHook('preValidation', (_schema, document) => assertOneOperation(document))
  app.graphql.addHook('preExecution', (schema, document, context, variables) => {
    const request = requestOf(context)
    if (request && !request.ws) assertOperationName(document, request)
    if (isSubscription(document)) {
      throw new PublicError('GRAPHQL_VALIDATION_FAILED', 'Subscriptions are answered over WebSocket')
    }
    if (asksForInternals(document) && !(request && isTrusted(request))) {
      throw new PublicError('FORBIDDEN', '_entities and _service are for the supergraph alone')
    }
    assertLimits(schema, document, variables, limitsFor(request))
    if (request && isBatched(context)) assertBatchLimits(request, schema, document, variables, limitsFor(request))
  })
}

interface WebSocketContext {
  readonly request?: FastifyRequest
}

/** The HTTP request of an operation, or the one that opened its WebSocket. */
function requestOf(context: MercuriusContext & WebSocketContext): FastifyRequest | undefined {
  return context.reply?.request ?? context.request
}

import type { FastifyRequest } from 'fastify'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { MercuriusContext } from 'mercurius'
import type { Variables } from './graphql-cost.ts'
import { assertWithin, measuresOf, type GraphqlLimits, type Measures } from './graphql-limits.ts'

/** What mercurius tells of an operation that came with others in one request. */
interface BatchedContext {
  readonly operationId?: number
}

/** Whether an operation is one of several of one request, which share its context as their prototype. */
export function isBatched(context: MercuriusContext & BatchedContext): boolean {
  return context.operationId !== undefined
}

const spent = new WeakMap<FastifyRequest, Measures>()

/**
 * Throws LIMIT_EXCEEDED for the first operation with which those of one request together ask for more than one operation
 * may: a batch is no way around the limits. Only the depth is each operation's own.
 */
export function assertBatchLimits(
  request: FastifyRequest,
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables,
  limits: GraphqlLimits,
): void {
  const own = measuresOf(schema, document, variables)
  const before = spent.get(request)
  const together = {
    depth: own.depth,
    aliases: own.aliases + (before?.aliases ?? 0),
    fields: own.fields + (before?.fields ?? 0),
    rootFields: own.rootFields + (before?.rootFields ?? 0),
    cost: own.cost + (before?.cost ?? 0),
  }
  assertWithin(together, limits)
  spent.set(request, together)
}

import type { FastifyRequest } from 'fastify'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { MercuriusContext } from 'mercurius'
import { documentCost, type Variables } from './graphql-cost.ts'
import { exceeded, shapeOf, type GraphqlLimits } from './graphql-limits.ts'

/** What mercurius tells of an operation that came with others in one request. */
interface BatchedContext {
  readonly operationId?: number
}

/** Whether an operation is one of several of one request, which share its context as their prototype. */
export function isBatched(context: MercuriusContext & BatchedContext): boolean {
  return context.operationId !== undefined
}

/** What the operations of one request add up to. */
const summed = ['aliases', 'fields', 'rootFields', 'cost'] as const

type Sums = Readonly<Record<(typeof summed)[number], number>>

const none: Sums = { aliases: 0, fields: 0, rootFields: 0, cost: 0 }
const spent = new WeakMap<FastifyRequest, Sums>()

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
  const { aliases, fields, rootFields } = shapeOf(document)
  const before = spent.get(request) ?? none
  const together = {
    aliases: before.aliases + aliases,
    fields: before.fields + fields,
    rootFields: before.rootFields + rootFields,
    cost: before.cost + documentCost(schema, document, variables),
  }
  for (const name of summed) if (together[name] > limits[name]) throw exceeded(name, limits[name])
  spent.set(request, together)
}

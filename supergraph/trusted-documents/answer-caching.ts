import type { FastifyInstance } from 'fastify'
import { parse, type GraphQLSchema } from 'graphql'
import type { MercuriusContext } from 'mercurius'
import { isOfSupergraph } from '../operations.ts'
import { cacheControlOf, type CacheHints } from './cache-policy.ts'
import type { TrustedDocuments } from './trusted-documents.ts'

export interface AnswerCachingOptions {
  readonly documents: TrustedDocuments
  /** What is known of the schema that is served. */
  readonly now: () => CachedSchema
}

export interface CachedSchema {
  readonly hints: CacheHints
  /** Whether a field is about the one who asks. */
  readonly isViewers: (typeName: string, fieldName: string) => boolean
}

/**
 * Tells caches how long the answer to a trusted document by GET keeps, from `@cacheControl`; every other answer is not to
 * be kept at all. Answers depend on the region that X-Region names.
 */
export function addAnswerCaching(app: FastifyInstance, { documents, now }: AnswerCachingOptions): void {
  const bySchema = new WeakMap<GraphQLSchema, Map<string, string>>()
  const policyOf = (text: string): string => {
    const { schema } = app.graphql
    const known = bySchema.get(schema) ?? new Map<string, string>()
    bySchema.set(schema, known)
    const { hints, isViewers } = now()
    const policy = known.get(text) ?? cacheControlOf(schema, parse(text), hints, isViewers)
    known.set(text, policy)
    return policy
  }
  app.graphql.addHook('onResolution', ({ errors }, context) => {
    // Over WebSocket there is no reply.
    const { reply }: Partial<MercuriusContext> = context
    if (reply?.request.method !== 'GET' || errors?.length) return
    // The same request of somebody else has another answer.
    if (isOfSupergraph(context) && context.profileRegion) return
    const text = documents.textOf(reply.request)
    if (text !== undefined) reply.headers({ 'cache-control': policyOf(text), vary: 'X-Region' })
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.routeOptions.url === '/graphql' && !reply.hasHeader('cache-control')) {
      reply.header('cache-control', 'no-store')
    }
    done(null, payload)
  })
}

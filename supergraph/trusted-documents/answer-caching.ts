import type { FastifyInstance } from 'fastify'
import { parse, type DocumentNode } from 'graphql'
import type { MercuriusContext } from 'mercurius'
import { cacheControlOf, cacheHintsOf } from './cache-policy.ts'
import type { TrustedDocuments } from './trusted-documents.ts'

export interface AnswerCachingOptions {
  readonly documents: TrustedDocuments
  /** The composed schema, with its directives. */
  readonly supergraph: DocumentNode
  /** Whether a field is about the one who asks. */
  readonly isViewers: (typeName: string, fieldName: string) => boolean
}

/**
 * Tells caches how long the answer to a trusted document by GET keeps, from `@cacheControl`; every other answer is not to
 * be kept at all. Answers depend on the region that X-Region names.
 */
export function addAnswerCaching(
  app: FastifyInstance,
  { documents, supergraph, isViewers }: AnswerCachingOptions,
): void {
  const hints = cacheHintsOf(supergraph)
  const known = new Map<string, string>()
  const policyOf = (text: string): string => {
    const policy = known.get(text) ?? cacheControlOf(app.graphql.schema, parse(text), hints, isViewers)
    known.set(text, policy)
    return policy
  }
  app.graphql.addHook('onResolution', ({ errors }, context) => {
    // Over WebSocket there is no reply.
    const { reply }: Partial<MercuriusContext> = context
    if (reply?.request.method !== 'GET' || errors?.length) return
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

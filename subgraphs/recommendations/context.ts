import { identityOf, type Identity } from '@movieverse/service/identity.ts'
import type { FastifyRequest } from 'fastify'
import type { Knex } from 'knex'
import type { RecommendationsServiceConfig } from './config.ts'
import type { KnowledgeStore } from './knowledge/knowledge-store.ts'
import { createAudience, type Audience } from './viewer/audience.ts'
import type { RecommendationsMetrics } from './metrics.ts'
import type { Knowledge } from './ranking/recommender.ts'

/** What the resolvers need; one per request. */
export interface RecommendationsContext {
  readonly identity: Identity
  /** The one who asks, and what is known of them; each thing read at most once. */
  readonly audience: Audience
  /** Titles, model and popularity; the same for the whole request. */
  knowledge(): Promise<Knowledge>
  /** The X-Region header: the client's choice where a field names no region. */
  readonly regionHeader: string | undefined
  readonly now: Date
  readonly metrics: RecommendationsMetrics
}

export interface ContextOptions {
  /** People expect what they have just said to count, so a replica, which is behind, is never asked about them. */
  readonly db: Knex
  readonly knowledge: KnowledgeStore
  readonly config: RecommendationsServiceConfig
  readonly metrics: RecommendationsMetrics
}

/** Answers what makes a request's context. */
export function createRecommendationsContexts(
  options: ContextOptions,
): (request: FastifyRequest) => RecommendationsContext {
  const { db, knowledge: store, config, metrics } = options
  return (request) => {
    const now = new Date()
    const identity = identityOf(request, config)
    const header = request.headers['x-region']
    let knowledge: Promise<Knowledge> | undefined
    return {
      identity,
      audience: createAudience(db, identity),
      knowledge: () => (knowledge ??= store.current(now)),
      regionHeader: typeof header === 'string' && header !== '' ? header : undefined,
      now,
      metrics,
    }
  }
}

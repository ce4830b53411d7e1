import { identityOf } from '@movieverse/service/identity.ts'
import { createErasureRepository, type ErasureRepository } from '@movieverse/viewers/erasure.repository.ts'
import { exportViewer } from '@movieverse/viewers/export.ts'
import { createProfileRepository } from '@movieverse/viewers/profile.repository.ts'
import type { ViewerRow } from '@movieverse/viewers/rows.ts'
import { createViewerFeedbackRepository } from '@movieverse/viewers/viewer-feedback.repository.ts'
import { createViewerChanges, type ViewerChanges } from '@movieverse/viewers/viewer-changes.ts'
import { createViewersRepository } from '@movieverse/viewers/viewers.repository.ts'
import type { FastifyRequest } from 'fastify'
import type { Knex } from 'knex'
import type { ViewersServiceConfig } from './config.ts'
import { createFeedbackReader, type FeedbackReader } from './feedback/feedback-reader.ts'
import type { ViewersMetrics } from './metrics.ts'
import { createProfileLoaders, type ProfileLoaders } from './viewer/profile-loaders.ts'
import { createSession, type Session } from './viewer/session.ts'

/** What the resolvers need; one per request. */
export interface ViewersContext {
  /** Who asks. */
  readonly session: Session
  /** What they said and did, each thing read at most once until they change something. */
  readonly feedback: FeedbackReader
  readonly profiles: ProfileLoaders
  readonly changes: ViewerChanges
  readonly erasures: ErasureRepository
  readonly exportViewer: (viewer: ViewerRow) => Promise<Record<string, unknown>>
  readonly metrics: ViewersMetrics
  readonly config: ViewersServiceConfig
}

/**
 * Binds the repositories to the writer once; answers what makes a request's context. People read what they have just
 * written, so a replica, which is behind, is never asked.
 */
export function createViewersContexts(
  db: Knex,
  config: ViewersServiceConfig,
  metrics: ViewersMetrics,
): (request: FastifyRequest) => ViewersContext {
  const viewers = createViewersRepository(db)
  const profiles = createProfileRepository(db)
  const reads = createViewerFeedbackRepository(db)
  const changes = createViewerChanges(db)
  const erasures = createErasureRepository(db)
  return (request) => {
    const now = new Date()
    const session = createSession({ identity: identityOf(request, config), viewers, config, metrics, now })
    return {
      session,
      feedback: createFeedbackReader(reads),
      profiles: createProfileLoaders(profiles),
      changes,
      erasures,
      exportViewer: (viewer) => exportViewer(db, viewer, now),
      metrics,
      config,
    }
  }
}

import type { Identity } from '@movieverse/service/identity.ts'
import { requireViewer } from '@movieverse/viewers/current-viewer.ts'
import { findProfile } from '@movieverse/viewers/profile.repository.ts'
import type { ViewerRow } from '@movieverse/viewers/rows.ts'
import { findViewer } from '@movieverse/viewers/viewers.repository.ts'
import type { Knex } from 'knex'
import { findViewerFeedback } from '../feedback/viewer-feedback.ts'
import type { Taste } from '../ranking/recommender.ts'

/** The one who asks, for as long as a request takes; nobody else is ever read. */
export interface Audience {
  /**
   * The viewer whose token it is; null where they were never seen. Throws UNAUTHENTICATED where nobody is signed in,
   * FORBIDDEN where the token lacks viewer:read.
   */
  viewer(): Promise<ViewerRow | null>
  /** What they like; three statements at most, however many fields ask. */
  taste(viewer: ViewerRow): Promise<Taste>
}

export function createAudience(db: Knex, identity: Identity): Audience {
  let found: Promise<ViewerRow | null> | undefined
  let taste: Promise<Taste> | undefined

  async function readTaste({ id, maturity }: ViewerRow): Promise<Taste> {
    const [feedback, profile] = await Promise.all([findViewerFeedback(db, id), findProfile(db, id)])
    return { maturity, feedback, profile }
  }

  return {
    async viewer() {
      const userId = requireViewer(identity, 'viewer:read')
      return (found ??= findViewer(db, userId))
    },
    async taste(viewer) {
      const own = await found
      if (own?.id !== viewer.id) throw new Error('taste was asked for somebody who does not ask')
      return (taste ??= readTaste(viewer))
    },
  }
}

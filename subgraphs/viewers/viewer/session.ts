import type { Identity } from '@movieverse/service/identity.ts'
import { erasedError, requireViewer, type ViewerScope } from '@movieverse/viewers/current-viewer.ts'
import { hashUserId } from '@movieverse/viewers/erasure.repository.ts'
import type { ViewerRow } from '@movieverse/viewers/rows.ts'
import type { ViewersRepository } from '@movieverse/viewers/viewers.repository.ts'
import type { ViewersServiceConfig } from '../config.ts'
import type { ViewersMetrics } from '../metrics.ts'

/** The one who asks, for as long as a request takes. */
export interface Session {
  /** The moment of the request. */
  readonly now: Date
  /**
   * The viewer, made on first sight; read once until `forget`. Throws UNAUTHENTICATED where nobody is signed in or they were
   * erased, FORBIDDEN where the token lacks the scope.
   */
  viewer(scope: ViewerScope): Promise<ViewerRow>
  /** Their user id, and its hash; throws as `viewer` does, but knows nobody as erased. */
  user(scope: ViewerScope): { readonly userId: string; readonly userHash: string }
  /** Reads the viewer anew from here on: they changed. */
  forget(): void
}

export interface SessionOptions {
  readonly identity: Identity
  readonly viewers: ViewersRepository
  readonly config: Pick<ViewersServiceConfig, 'ERASURE_SECRET'>
  readonly metrics: Pick<ViewersMetrics, 'created'>
  readonly now: Date
}

export function createSession({ identity, viewers, config, metrics, now }: SessionOptions): Session {
  let found: Promise<ViewerRow> | undefined

  async function findOrCreate(userId: string): Promise<ViewerRow> {
    const known = await viewers.findByUserId(userId)
    if (known) return known
    const isNew = await viewers.create({ userId, userHash: hashUserId(userId, config.ERASURE_SECRET), now })
    if (isNew) metrics.created.inc({})
    const viewer = await viewers.findByUserId(userId)
    if (!viewer) throw erasedError()
    return viewer
  }

  return {
    now,
    async viewer(scope) {
      const userId = requireViewer(identity, scope)
      return (found ??= findOrCreate(userId))
    },
    user(scope) {
      const userId = requireViewer(identity, scope)
      return { userId, userHash: hashUserId(userId, config.ERASURE_SECRET) }
    },
    forget() {
      found = undefined
    },
  }
}

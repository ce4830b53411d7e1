import type { Tombstone } from '@movieverse/viewers/erasure.repository.ts'
import type { ViewersContext } from '../context.ts'

/**
 * Erases the one who asks, or tells when that was: a repetition finds them gone. A repetition is known by its tombstone, so
 * that no key is needed.
 */
export async function eraseMe({ session, erasures, feedback, metrics, config }: ViewersContext): Promise<Tombstone> {
  const { userId, userHash } = session.user('viewer:write')
  const before = await erasures.findTombstone(userHash, session.now)
  if (before) return before
  const refusedUntil = new Date(session.now.getTime() + config.LONGEST_TOKEN_LIFETIME_S * 1000)
  const tombstone = { erasedAt: session.now, refusedUntil }
  await erasures.erase({ userId, userHash, ...tombstone })
  session.forget()
  feedback.forget()
  metrics.erased.inc({})
  return tombstone
}

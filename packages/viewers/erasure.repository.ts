import { createHmac } from 'node:crypto'
import { fromSqlTime, toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'
import { inTransaction } from './transactions.ts'
import { insertIgnoring } from './viewers.repository.ts'

/**
 * What is kept of the user id of somebody who was erased: HMAC-SHA256 under a secret of the service, so that who has the
 * table alone cannot try ids.
 */
export function hashUserId(userId: string, secret: string): string {
  return createHmac('sha256', secret).update(userId).digest('hex')
}

/** When somebody was erased, and until when their old tokens are refused. */
export interface Tombstone {
  readonly erasedAt: Date
  readonly refusedUntil: Date
}

export interface Erasure extends Tombstone {
  readonly userId: string
  readonly userHash: string
}

/** Forgets viewers. */
export interface ErasureRepository {
  /** Puts the tombstone and deletes the viewer with every row that is theirs, in one transaction. */
  erase(erasure: Erasure): Promise<void>
  /** The tombstone of a user id that is still refused, null where there is none. One statement. */
  findTombstone(userHash: string, now: Date): Promise<Tombstone | null>
}

export function createErasureRepository(db: Knex): ErasureRepository {
  return {
    async erase({ userId, userHash, erasedAt, refusedUntil }) {
      // On its own: the locks of a range would stand in the way of another erasure.
      await db('erased_viewers').where('refused_until', '<=', toSqlTime(erasedAt)).delete()
      await inTransaction(db, async (trx) => {
        // The tombstone first: a request that is about to make the viewer anew waits for it, or its row is deleted below.
        await trx.raw(
          `${insertIgnoring(trx)} into erased_viewers (user_hash, erased_at, refused_until) values (?, ?, ?)`,
          [userHash, toSqlTime(erasedAt), toSqlTime(refusedUntil)],
        )
        // Every table with rows of a viewer refers to this one, and its rows go along.
        await trx('viewers').where('user_id', userId).delete()
      })
    },

    async findTombstone(userHash, now) {
      const row: { erasedAt: string; refusedUntil: string } | undefined = await db('erased_viewers')
        .select('erased_at as erasedAt', 'refused_until as refusedUntil')
        .where('user_hash', userHash)
        .where('refused_until', '>', toSqlTime(now))
        .first()
      return row ? { erasedAt: fromSqlTime(row.erasedAt), refusedUntil: fromSqlTime(row.refusedUntil) } : null
    },
  }
}

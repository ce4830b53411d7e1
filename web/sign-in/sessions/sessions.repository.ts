import { fromSqlTime, toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'
import type { Account } from '../accounts/account.ts'

/** A session that has not expired. */
export interface StoredSession {
  readonly account: Account
  readonly lastSeenAt: Date
}

/** Times before which a session has expired. */
export interface SessionLimits {
  readonly createdAfter: Date
  readonly seenAfter: Date
}

/** The table `sessions`. Each method is one statement. */
export interface SessionsRepository {
  insert(tokenHash: string, accountId: string, now: Date): Promise<void>
  find(tokenHash: string, limits: SessionLimits): Promise<StoredSession | null>
  touch(tokenHash: string, now: Date): Promise<void>
  delete(tokenHash: string): Promise<void>
  deleteOfAccount(accountId: string): Promise<void>
  /** Answers how many sessions it deleted. */
  deleteExpired(limits: SessionLimits): Promise<number>
}

export function createSessionsRepository(db: Knex): SessionsRepository {
  return {
    async insert(tokenHash: string, accountId: string, now: Date): Promise<void> {
      const time = toSqlTime(now)
      await db('sessions').insert({
        token_hash: tokenHash,
        account_id: accountId,
        created_at: time,
        last_seen_at: time,
      })
    },

    async find(tokenHash: string, { createdAfter, seenAfter }: SessionLimits): Promise<StoredSession | null> {
      const row: { id: string; email: string; name: string; last_seen_at: string } | undefined = await db(
        'sessions as s',
      )
        .join('accounts as a', 'a.id', 's.account_id')
        .where('s.token_hash', tokenHash)
        .where('s.created_at', '>', toSqlTime(createdAfter))
        .where('s.last_seen_at', '>', toSqlTime(seenAfter))
        .first('a.id', 'a.email', 'a.name', 's.last_seen_at')
      if (!row) return null
      const { last_seen_at, ...account } = row
      return { account, lastSeenAt: fromSqlTime(last_seen_at) }
    },

    async touch(tokenHash: string, now: Date): Promise<void> {
      await db('sessions')
        .where({ token_hash: tokenHash })
        .update({ last_seen_at: toSqlTime(now) })
    },

    async delete(tokenHash: string): Promise<void> {
      await db('sessions').where({ token_hash: tokenHash }).delete()
    },

    async deleteOfAccount(accountId: string): Promise<void> {
      await db('sessions').where({ account_id: accountId }).delete()
    },

    async deleteExpired({ createdAfter, seenAfter }: SessionLimits): Promise<number> {
      return db('sessions')
        .where('last_seen_at', '<=', toSqlTime(seenAfter))
        .orWhere('created_at', '<=', toSqlTime(createdAfter))
        .delete()
    },
  }
}

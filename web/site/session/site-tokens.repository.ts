import { fromSqlTime, toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'

export interface StoredTokens {
  readonly sealed: string
  /** When the access token ends. */
  readonly expiresAt: Date
}

/** The table `site_tokens`. Each method is one statement. */
export interface SiteTokensRepository {
  find(sessionHash: string): Promise<StoredTokens | null>
  /** Replaces the tokens of a session. */
  save(sessionHash: string, tokens: StoredTokens, now: Date): Promise<void>
  delete(sessionHash: string): Promise<void>
}

export function createSiteTokensRepository(db: Knex): SiteTokensRepository {
  return {
    async find(sessionHash) {
      const row: { sealed: string; expires_at: string } | undefined = await db('site_tokens')
        .where({ session_hash: sessionHash })
        .first('sealed', 'expires_at')
      return row ? { sealed: row.sealed, expiresAt: fromSqlTime(row.expires_at) } : null
    },

    async save(sessionHash, { sealed, expiresAt }, now) {
      const change = { sealed, expires_at: toSqlTime(expiresAt), updated_at: toSqlTime(now) }
      await db('site_tokens')
        .insert({ session_hash: sessionHash, created_at: toSqlTime(now), ...change })
        .onConflict('session_hash')
        .merge(change)
    },

    async delete(sessionHash) {
      await db('site_tokens').where({ session_hash: sessionHash }).delete()
    },
  }
}

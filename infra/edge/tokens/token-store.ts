import type { Knex } from 'knex'
import type { AccessToken, AuthorizationCode, TokenPair, TokenStore } from '../plugin.ts'
import { createRememberedTokens, type RememberedTokens } from './remembered-tokens.ts'
import { codeOf, codeRow, hashOf, sqlTime, tokenOf, tokenRow, type CodeRow, type TokenRow } from './token-rows.ts'

export interface TokenStoreOptions {
  /** Now, in milliseconds since 1970. */
  readonly now: () => number
  /** Says that expired tokens could not be deleted; they are no longer accepted all the same. */
  readonly warn: (problem: string, cause: unknown) => void
  readonly purgeEveryMs?: number
}

const codeColumns = [
  'code_hash',
  'credential_id',
  'service_id',
  'scope',
  'authenticated_user_id',
  'challenge',
  'expires_at',
]
const tokenColumns = [
  'access_hash',
  'refresh_hash',
  'credential_id',
  'service_id',
  'scope',
  'authenticated_user_id',
  'expires_at',
  'refresh_expires_at',
  'ends_at',
]

/** Tokens that the edge makes look like this; anything else is not worth a read. */
const shape = /^[A-Za-z0-9]{32}$/

/**
 * Tokens and codes in the tables of the `edge` migrations. Deletes what has expired at once and then every ten
 * minutes. Closing it closes the database.
 */
export function createTokenStore(db: Knex, options: TokenStoreOptions): TokenStore {
  const { now, warn, purgeEveryMs = 600_000 } = options
  const purge = async (): Promise<number> => {
    const moment = sqlTime(now())
    const codes: number = await db('edge_codes').where('expires_at', '<', moment).delete()
    const tokens: number = await db('edge_tokens').where('ends_at', '<', moment).delete()
    return codes + tokens
  }
  const purgeQuietly = (): void => {
    purge().catch((error: unknown) => warn('expired tokens could not be deleted', error))
  }
  const timer = setInterval(purgeQuietly, purgeEveryMs).unref()
  purgeQuietly()
  return {
    ...codesOf(db, now),
    ...tokensOf(db, now, createRememberedTokens()),
    purge,
    async close() {
      clearInterval(timer)
      await db.destroy()
    },
  }
}

function codesOf(db: Knex, now: () => number): Pick<TokenStore, 'saveCode' | 'findCode' | 'takeCode'> {
  const codes = (): Knex.QueryBuilder<CodeRow> => db<CodeRow>('edge_codes')
  return {
    async saveCode(code: string, entry: AuthorizationCode) {
      await codes().insert(codeRow(code, entry))
    },
    async findCode(code) {
      if (!shape.test(code)) return undefined
      const row: CodeRow | undefined = await codes().select(codeColumns).where('code_hash', hashOf(code)).first()
      return row && row.expires_at > sqlTime(now()) ? codeOf(row) : undefined
    },
    async takeCode(code) {
      return (await codes().where('code_hash', hashOf(code)).delete()) === 1
    },
  }
}

type TokenPart = Pick<TokenStore, 'saveToken' | 'findToken' | 'findRefreshToken' | 'rotate'>

function tokensOf(db: Knex, now: () => number, remembered: RememberedTokens): TokenPart {
  const tokens = (): Knex.QueryBuilder<TokenRow> => db<TokenRow>('edge_tokens')
  const read = async (hash: string): Promise<AccessToken | undefined> => {
    const generation = remembered.generation()
    const row: TokenRow | undefined = await tokens().select(tokenColumns).where('access_hash', hash).first()
    const token = row && unexpired(tokenOf(row), now())
    if (token) remembered.put(hash, token, now(), generation)
    return token
  }
  return {
    async saveToken(pair, entry) {
      await tokens().insert(tokenRow(pair, entry))
    },
    findToken(access) {
      if (!shape.test(access)) return undefined
      const hash = hashOf(access)
      const known = remembered.get(hash, now())
      return known ? unexpired(known, now()) : read(hash)
    },
    async findRefreshToken(refresh) {
      if (!shape.test(refresh)) return undefined
      const row: TokenRow | undefined = await tokens()
        .select(tokenColumns)
        .where('refresh_hash', hashOf(refresh))
        .first()
      const token = row && tokenOf(row)
      return token && (token.refreshExpiresAt ?? Infinity) >= now() ? token : undefined
    },
    async rotate(refresh, next, entry) {
      const replaced = await replacePair(db, hashOf(refresh), next, entry)
      if (replaced !== undefined) remembered.forget(replaced)
      return replaced !== undefined
    },
  }
}

/** The hash of the access token that is gone; undefined where another was faster. */
async function replacePair(
  db: Knex,
  refreshHash: string,
  next: TokenPair,
  entry: AccessToken,
): Promise<string | undefined> {
  return db.transaction(async (transaction) => {
    const old: TokenRow | undefined = await transaction('edge_tokens')
      .select('access_hash')
      .where('refresh_hash', refreshHash)
      .first()
    if (!old) return undefined
    const isOurs = (await transaction('edge_tokens').where('access_hash', old.access_hash).delete()) === 1
    if (!isOurs) return undefined
    await transaction('edge_tokens').insert(tokenRow(next, entry))
    return old.access_hash
  })
}

function unexpired(token: AccessToken, now: number): AccessToken | undefined {
  return (token.expiresAt ?? Infinity) >= now ? token : undefined
}

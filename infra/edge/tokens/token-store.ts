import { fromSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'
import type { EdgeParts } from '../plugin.ts'
import { RememberedTokens } from './remembered-tokens.ts'
import {
  grantColumns,
  hashOf,
  sqlTime,
  tokenRow,
  type AccessToken,
  type AuthorizationCode,
  type TokenGrant,
  type TokenPair,
} from './token-rows.ts'

/** Tokens that the edge makes look like this; anything else is not worth a read. */
const shape = /^[A-Za-z0-9]{32}$/
const purgeEveryMs = 600_000

/**
 * Tokens and codes in the tables of the `edge` migrations, stored as hashes; lookups take the clear text. Durable: an
 * answered call survives a kill. Deletes what has expired at once and then every ten minutes.
 */
export class TokenStore {
  readonly #db: Knex
  readonly #now: () => number
  readonly #remembered = new RememberedTokens()
  readonly #timer: NodeJS.Timeout

  constructor(db: Knex, { now, warn }: Pick<EdgeParts, 'now' | 'warn'>) {
    this.#db = db
    this.#now = now
    const purge = (): void => {
      this.purge().catch((error: unknown) => warn('expired tokens could not be deleted', error))
    }
    this.#timer = setInterval(purge, purgeEveryMs).unref()
    purge()
  }

  /** Keeps a code until a moment. */
  async saveCode(code: string, entry: AuthorizationCode, until: number): Promise<void> {
    await this.#db('edge_codes').insert({ ...entry, code_hash: hashOf(code), expires_at: sqlTime(until) })
  }

  async findCode(code: string): Promise<AuthorizationCode | undefined> {
    if (!shape.test(code)) return undefined
    const codes = this.#db('edge_codes').where('code_hash', hashOf(code))
    return codes.where('expires_at', '>', sqlTime(this.#now())).first([...grantColumns, 'challenge'])
  }

  /** True for exactly one caller. */
  async takeCode(code: string): Promise<boolean> {
    return (await this.#db('edge_codes').where('code_hash', hashOf(code)).delete()) === 1
  }

  async saveToken(pair: TokenPair, entry: AccessToken): Promise<void> {
    await this.#db('edge_tokens').insert(tokenRow(pair, entry))
  }

  /**
   * Undefined where it is unknown or has expired. Remembered for a moment, so that a bearer request costs no read; a
   * token that is gone is gone at once in this process.
   */
  findToken(access: string): AccessToken | undefined | Promise<AccessToken | undefined> {
    if (!shape.test(access)) return undefined
    const hash = hashOf(access)
    const now = this.#now()
    const known = this.#remembered.get(hash, now)
    return known ? unexpired(known, now) : this.#readToken(hash)
  }

  async #readToken(hash: string): Promise<AccessToken | undefined> {
    const { generation } = this.#remembered
    const tokens = this.#db('edge_tokens').where('access_hash', hash)
    const row: (TokenGrant & { expires_at: string | null }) | undefined = await tokens.first([
      ...grantColumns,
      'expires_at',
    ])
    const now = this.#now()
    const end = row?.expires_at ? fromSqlTime(row.expires_at).getTime() : null
    const token = row && unexpired({ ...row, expires_at: end }, now)
    if (token) this.#remembered.put(hash, token, now, generation)
    return token
  }

  async findRefreshToken(refresh: string): Promise<TokenGrant | undefined> {
    if (!shape.test(refresh)) return undefined
    const now = sqlTime(this.#now())
    return this.#db('edge_tokens')
      .where('refresh_hash', hashOf(refresh))
      .where((end) => void end.whereNull('refresh_expires_at').orWhere('refresh_expires_at', '>=', now))
      .first([...grantColumns])
  }

  /** Puts a new pair in the place of the one that a refresh token belongs to; false where another was faster. */
  async rotate(refresh: string, next: TokenPair, entry: AccessToken): Promise<boolean> {
    const replaced = await this.#db.transaction(async (transaction) => {
      const tokens = (): Knex.QueryBuilder => transaction('edge_tokens')
      const old: { readonly access_hash: string } | undefined = await tokens()
        .where('refresh_hash', hashOf(refresh))
        .first('access_hash')
      if (!old || (await tokens().where('access_hash', old.access_hash).delete()) !== 1) return undefined
      await tokens().insert(tokenRow(next, entry))
      return old.access_hash
    })
    if (replaced !== undefined) this.#remembered.forget(replaced)
    return replaced !== undefined
  }

  /** Deletes what has expired, and answers how much. */
  async purge(): Promise<number> {
    const moment = sqlTime(this.#now())
    const codes: number = await this.#db('edge_codes').where('expires_at', '<', moment).delete()
    const tokens: number = await this.#db('edge_tokens').where('ends_at', '<', moment).delete()
    return codes + tokens
  }

  /** Closes the database too. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#db.destroy()
  }
}

function unexpired(token: AccessToken, now: number): AccessToken | undefined {
  return (token.expires_at ?? Infinity) >= now ? token : undefined
}

import { hash, randomInt } from 'node:crypto'
import { toSqlTime } from '@movieverse/service/sql-time.ts'

/** What a token or code stands for, under the names of its columns. Times are in milliseconds since 1970. */
export interface TokenSubject {
  readonly credential_id: string
  readonly scope: string | null
  readonly authenticated_user_id: string | null
}

export interface TokenGrant extends TokenSubject {
  /** Where it is good; null for a token of global credentials. */
  readonly service_id: string | null
}

export interface AuthorizationCode extends TokenGrant {
  readonly challenge: string | null
}

export interface AccessToken extends TokenGrant {
  /** Null for one that never expires. */
  readonly expires_at: number | null
}

/** A new pair of tokens. */
export interface TokenPair {
  readonly access: string
  readonly refresh: string | undefined
  /** When the refresh token expires; null for never. */
  readonly refreshUntil: number | null
}

export const grantColumns = ['credential_id', 'service_id', 'scope', 'authenticated_user_id'] as const

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A new token, code, client id or secret: 32 letters and digits. */
export function randomToken(): string {
  return Array.from({ length: 32 }, () => characters.charAt(randomInt(characters.length))).join('')
}

/** What stands in the tables for a token or code. */
export function hashOf(token: string): string {
  return hash('sha256', token)
}

/** The row of a pair; `ends_at` is when it may be deleted. */
export function tokenRow({ access, refresh, refreshUntil }: TokenPair, token: AccessToken): object {
  const refreshEnd = refresh === undefined ? 0 : refreshUntil
  const isKept = token.expires_at === null || refreshEnd === null
  return {
    ...token,
    access_hash: hashOf(access),
    refresh_hash: refresh === undefined ? null : hashOf(refresh),
    expires_at: token.expires_at === null ? null : sqlTime(token.expires_at),
    refresh_expires_at: refreshEnd ? sqlTime(refreshEnd) : null,
    ends_at: isKept ? null : sqlTime(Math.max(token.expires_at, refreshEnd)),
  }
}

/** A moment in milliseconds as it stands in the tables. */
export function sqlTime(milliseconds: number): string {
  return toSqlTime(new Date(milliseconds))
}

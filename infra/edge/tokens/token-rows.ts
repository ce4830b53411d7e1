import { hash, randomInt } from 'node:crypto'
import { fromSqlTime, toSqlTime } from '@movieverse/service/sql-time.ts'

/** What a token or code stands for, under the names of its columns. Times are in milliseconds since 1970. */
export interface TokenSubject {
  readonly credential_id: string
  readonly scope: string | null
  readonly authenticated_user_id: string | null
}

interface TokenGrant extends TokenSubject {
  /** Null for global credentials. */
  readonly service_id: string | null
}

export interface AuthorizationCode extends TokenGrant {
  readonly challenge: string | null
  readonly expires_at: number
}

export interface AccessToken extends TokenGrant {
  /** Null for one that never expires. */
  readonly expires_at: number | null
  /** Null where there is no refresh token, or one that never expires. */
  readonly refresh_expires_at: number | null
}

/** The texts of a new pair of tokens. */
export interface TokenPair {
  readonly access: string
  readonly refresh: string | undefined
}

/** As it stands in the tables, where times are texts. */
export type CodeRow = Omit<AuthorizationCode, 'expires_at'> & { readonly expires_at: string }
export type TokenRow = Omit<AccessToken, 'expires_at' | 'refresh_expires_at'> & {
  readonly expires_at: string | null
  readonly refresh_expires_at: string | null
}

const grantColumns = ['credential_id', 'service_id', 'scope', 'authenticated_user_id', 'expires_at'] as const
export const codeColumns = [...grantColumns, 'challenge'] as const
export const tokenColumns = [...grantColumns, 'refresh_expires_at'] as const

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A new token, code, client id or secret: 32 letters and digits. */
export function randomToken(): string {
  return Array.from({ length: 32 }, () => characters.charAt(randomInt(characters.length))).join('')
}

/** What stands in the tables for a token or code. */
export function hashOf(token: string): string {
  return hash('sha256', token)
}

export function codeOf(row: CodeRow): AuthorizationCode {
  return { ...row, expires_at: fromSqlTime(row.expires_at).getTime() }
}

export function tokenOf(row: TokenRow): AccessToken {
  return { ...row, expires_at: moment(row.expires_at), refresh_expires_at: moment(row.refresh_expires_at) }
}

/** The row of a pair; `ends_at` is when it may be deleted. */
export function tokenRow({ access, refresh }: TokenPair, token: AccessToken): TokenRow & Record<string, string | null> {
  const refreshEnd = refresh === undefined ? 0 : token.refresh_expires_at
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

function moment(text: string | null): number | null {
  return text === null ? null : fromSqlTime(text).getTime()
}

import { hash, randomInt } from 'node:crypto'
import { fromSqlTime, toSqlTime } from '@movieverse/service/sql-time.ts'

/** A grant as the store keeps it. All times are in milliseconds since 1970. */
interface TokenGrant {
  readonly credentialId: string
  /** Undefined for global credentials. */
  readonly serviceId: string | undefined
  readonly scope: string | undefined
  readonly authenticatedUserId: string | undefined
}

export interface AuthorizationCode extends TokenGrant {
  readonly challenge: string | undefined
  readonly expiresAt: number
}

export interface AccessToken extends TokenGrant {
  /** Undefined for one that never expires. */
  readonly expiresAt: number | undefined
  /** Undefined where there is no refresh token, or one that never expires. */
  readonly refreshExpiresAt: number | undefined
}

/** The texts of a new pair of tokens. */
export interface TokenPair {
  readonly access: string
  readonly refresh: string | undefined
}

interface GrantRow {
  readonly credential_id: string
  readonly service_id: string | null
  readonly scope: string | null
  readonly authenticated_user_id: string | null
}

export interface CodeRow extends GrantRow {
  readonly code_hash: string
  readonly challenge: string | null
  readonly expires_at: string
}

export interface TokenRow extends GrantRow {
  readonly access_hash: string
  readonly refresh_hash: string | null
  readonly expires_at: string | null
  readonly refresh_expires_at: string | null
  readonly ends_at: string | null
}

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A new token, code, client id or secret: 32 letters and digits. */
export function randomToken(): string {
  return Array.from({ length: 32 }, () => characters.charAt(randomInt(characters.length))).join('')
}

/** What stands in the tables for a token or code. */
export function hashOf(token: string): string {
  return hash('sha256', token)
}

export function codeRow(code: string, { challenge, expiresAt, ...grant }: AuthorizationCode): CodeRow {
  return { code_hash: hashOf(code), ...grantRow(grant), challenge: challenge ?? null, expires_at: sqlTime(expiresAt) }
}

export function codeOf(row: CodeRow): AuthorizationCode {
  return { ...grantOf(row), challenge: row.challenge ?? undefined, expiresAt: moment(row.expires_at) }
}

export function tokenRow(
  { access, refresh }: TokenPair,
  { expiresAt, refreshExpiresAt, ...grant }: AccessToken,
): TokenRow {
  const isKept = expiresAt === undefined || (refresh !== undefined && refreshExpiresAt === undefined)
  const end = Math.max(expiresAt ?? 0, refresh === undefined ? 0 : (refreshExpiresAt ?? 0))
  return {
    access_hash: hashOf(access),
    refresh_hash: refresh === undefined ? null : hashOf(refresh),
    ...grantRow(grant),
    expires_at: sqlTimeOrNull(expiresAt),
    refresh_expires_at: refresh === undefined ? null : sqlTimeOrNull(refreshExpiresAt),
    ends_at: isKept ? null : sqlTime(end),
  }
}

export function tokenOf(row: TokenRow): AccessToken {
  return {
    ...grantOf(row),
    expiresAt: row.expires_at === null ? undefined : moment(row.expires_at),
    refreshExpiresAt: row.refresh_expires_at === null ? undefined : moment(row.refresh_expires_at),
  }
}

/** A moment in milliseconds as it stands in the tables. */
export function sqlTime(milliseconds: number): string {
  return toSqlTime(new Date(milliseconds))
}

function sqlTimeOrNull(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : sqlTime(milliseconds)
}

function moment(text: string): number {
  return fromSqlTime(text).getTime()
}

function grantRow(grant: TokenGrant): GrantRow {
  return {
    credential_id: grant.credentialId,
    service_id: grant.serviceId ?? null,
    scope: grant.scope ?? null,
    authenticated_user_id: grant.authenticatedUserId ?? null,
  }
}

function grantOf(row: GrantRow): TokenGrant {
  return {
    credentialId: row.credential_id,
    serviceId: row.service_id ?? undefined,
    scope: row.scope ?? undefined,
    authenticatedUserId: row.authenticated_user_id ?? undefined,
  }
}

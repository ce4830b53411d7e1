import type { AccessToken, OAuth2Client } from '../../plugin.ts'
import { randomToken } from '../../tokens/token-rows.ts'
import { textOf, type EndpointCall } from './context.ts'

/** What a token stands for. */
export interface TokenSubject {
  readonly client: OAuth2Client
  readonly scope: string | undefined
  readonly authenticatedUserId: string | undefined
}

/** The token endpoint's answer; absent fields do not stand in it. */
export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: 'bearer'
  readonly expires_in?: number
  readonly refresh_token?: string
  readonly state?: unknown
}

/** The service that a token is good for; undefined where the credentials are global. */
export function scopeOfService({ settings, exchange }: EndpointCall): string | undefined {
  return settings.global_credentials ? undefined : exchange.service?.id
}

/** Makes and stores a token; with a refresh token unless it is told not to, or tokens never expire. */
export async function issueToken(
  call: EndpointCall,
  subject: TokenSubject,
  withRefresh: boolean,
): Promise<TokenAnswer> {
  const access = randomToken()
  const refresh = withRefresh && call.settings.token_expiration > 0 ? randomToken() : undefined
  await call.edge.tokens.saveToken({ access, refresh }, entryOf(call, subject))
  return answerOf(call, access, refresh)
}

/** Puts a new token in the place of a refresh token's; undefined where the refresh token has been used meanwhile. */
export async function reissueToken(
  call: EndpointCall,
  subject: TokenSubject,
  used: string,
  old: AccessToken,
): Promise<TokenAnswer | undefined> {
  const isKept = call.settings.reuse_refresh_token
  const access = randomToken()
  const refresh = isKept ? used : call.settings.token_expiration > 0 ? randomToken() : undefined
  const entry = entryOf(call, subject)
  const kept = isKept ? { ...entry, refreshExpiresAt: old.refreshExpiresAt } : entry
  const isOurs = await call.edge.tokens.rotate(used, { access, refresh }, kept)
  return isOurs ? answerOf(call, access, refresh) : undefined
}

/** Lifetimes count from the second in which a token was made, as in Kong's database. */
function entryOf(call: EndpointCall, { client, scope, authenticatedUserId }: TokenSubject): AccessToken {
  const { token_expiration: lifetime, refresh_token_ttl: refreshLifetime } = call.settings
  const madeAt = Math.floor(call.edge.now() / 1000) * 1000
  return {
    credentialId: client.id,
    serviceId: scopeOfService(call),
    scope,
    authenticatedUserId,
    expiresAt: lifetime > 0 ? madeAt + lifetime * 1000 : undefined,
    refreshExpiresAt: lifetime > 0 && refreshLifetime > 0 ? madeAt + refreshLifetime * 1000 : undefined,
  }
}

function answerOf({ settings, parameters }: EndpointCall, access: string, refresh: string | undefined): TokenAnswer {
  const state = textOf(parameters, 'state')
  return {
    access_token: access,
    token_type: 'bearer',
    ...(settings.token_expiration > 0 && { expires_in: settings.token_expiration }),
    ...(refresh !== undefined && { refresh_token: refresh }),
    ...(state !== undefined && { state }),
  }
}

import { randomToken, type AccessToken, type TokenSubject } from '../../tokens/token-rows.ts'
import type { EndpointCall } from './endpoint-call.ts'

/** The token endpoint's answer; what is undefined does not stand in it. */
export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: 'bearer'
  readonly expires_in: number | undefined
  readonly refresh_token: string | undefined
  readonly state: string | undefined
}

/** Makes and stores a token; with a refresh token where it is told to, unless tokens never expire. */
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
  used: string,
  old: AccessToken,
): Promise<TokenAnswer | undefined> {
  const { reuse_refresh_token: isKept, token_expiration: lifetime } = call.settings
  const access = randomToken()
  const refresh = isKept ? used : lifetime > 0 ? randomToken() : undefined
  const entry = entryOf(call, old)
  const kept = isKept ? { ...entry, refresh_expires_at: old.refresh_expires_at } : entry
  const isOurs = await call.edge.tokens.rotate(used, { access, refresh }, kept)
  return isOurs ? answerOf(call, access, refresh) : undefined
}

/** Lifetimes count from the second in which a token was made, as in Kong's database. */
function entryOf(call: EndpointCall, { credential_id, scope, authenticated_user_id }: TokenSubject): AccessToken {
  const { token_expiration: lifetime, refresh_token_ttl: refreshLifetime } = call.settings
  const madeAt = Math.floor(call.edge.now() / 1000) * 1000
  return {
    credential_id,
    scope,
    authenticated_user_id,
    service_id: call.serviceId,
    expires_at: lifetime > 0 ? madeAt + lifetime * 1000 : null,
    refresh_expires_at: lifetime > 0 && refreshLifetime > 0 ? madeAt + refreshLifetime * 1000 : null,
  }
}

function answerOf(call: EndpointCall, access: string, refresh: string | undefined): TokenAnswer {
  return {
    access_token: access,
    token_type: 'bearer',
    expires_in: call.settings.token_expiration > 0 ? call.settings.token_expiration : undefined,
    refresh_token: refresh,
    state: call.text('state'),
  }
}

import { scopes } from '../apps.ts'
import type { KongSettings } from '../config.ts'
import type { KongPlugin } from '../kong-file.ts'

/** Stands in where no credential is good; request-termination answers it. */
export const anonymousConsumer = 'anonymous'

/** Groups of the access lists. `anonymous` stands in every list, so that such calls get 401 and not 403. */
export const groups = { apps: 'apps', keys: 'keys', anonymous: 'anonymous' } as const

/**
 * The same on every service, so that one token serves all of them. A scope is no duty: a token without one reads the
 * catalogue. Tokens of users and of apps are told apart by services, not here.
 */
export function oauth2({ PROVISION_KEY, EDGE_TLS_TERMINATED }: KongSettings): KongPlugin {
  return {
    name: 'oauth2',
    config: {
      scopes: [...scopes],
      mandatory_scope: false,
      provision_key: PROVISION_KEY,
      enable_authorization_code: true,
      enable_client_credentials: true,
      global_credentials: true,
      anonymous: anonymousConsumer,
      pkce: 'strict',
      hide_credentials: true,
      token_expiration: 3600,
      refresh_token_ttl: 1_209_600,
      ...(EDGE_TLS_TERMINATED === 'on' && { accept_http_if_already_terminated: true }),
    },
  }
}

const keyAuth: KongPlugin = {
  name: 'key-auth',
  config: { key_names: ['apikey', 'x-api-key'], hide_credentials: true, anonymous: anonymousConsumer },
}

/** A token or a key: each passes on to the anonymous consumer what it cannot use. */
export function tokenOrKey(settings: KongSettings): KongPlugin[] {
  return [oauth2(settings), keyAuth, accessList([groups.apps, groups.keys])]
}

/** A token; keys are refused with 403. */
export function tokenOnly(settings: KongSettings): KongPlugin[] {
  return [oauth2(settings), keyAuth, accessList([groups.apps])]
}

function accessList(allow: readonly string[]): KongPlugin {
  return { name: 'acl', config: { allow: [...allow, groups.anonymous], hide_groups_header: true } }
}

/** What the anonymous consumer is told. */
export const refusal: KongPlugin = {
  name: 'request-termination',
  config: { status_code: 401, message: 'An access token or an API key is required' },
}

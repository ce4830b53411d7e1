import type { KongSettings } from '../config.ts'
import type { KongPlugin } from '../kong-file.ts'

/** Who asks, as Kong tells services; a client's own are never passed on. */
const consumerHeaders = [
  'X-Consumer-ID',
  'X-Consumer-Custom-ID',
  'X-Consumer-Username',
  'X-Credential-Identifier',
  'X-Anonymous-Consumer',
]

/** What only an access token brings. */
const tokenHeaders = ['X-Authenticated-Scope', 'X-Authenticated-Userid']

/** Believed by services or of no use to them: taken away on every route, whoever asks. */
const strayHeaders = ['X-Edge-Secret', 'X-Service-Secret', 'X-Consumer-Groups']

/** Kong's hide_credentials leaves some of these: a bare token, a second key, the key beside a token. */
const credentialHeaders = ['Authorization', 'Proxy-Authorization', 'apikey', 'X-Api-Key']

/**
 * Only one request-transformer acts on a request, the one with the narrowest scope, so each of these is complete. `remove`
 * comes before `add` in Kong, so a client's own secret is replaced.
 */
function transformer({ EDGE_SECRET }: KongSettings, removed: readonly string[]): KongPlugin {
  return {
    name: 'request-transformer',
    config: { remove: { headers: removed }, add: { headers: [`X-Edge-Secret:${EDGE_SECRET[0]}`] } },
  }
}

/** For whoever has a token: Kong itself has replaced or removed what says who asks. */
export function transformerForTokens(settings: KongSettings): KongPlugin {
  return transformer(settings, [...strayHeaders, ...credentialHeaders, 'Cookie'])
}

/** For consumers with an API key: Kong lets a client's own X-Authenticated-* pass there. */
export function transformerForKeys(settings: KongSettings): KongPlugin {
  return transformer(settings, [...strayHeaders, ...tokenHeaders, ...credentialHeaders, 'Cookie'])
}

/** For routes without authentication: nobody is known there, so nothing that says who asks is true. Cookies pass. */
export function transformerForOpenRoutes(settings: KongSettings): KongPlugin {
  return transformer(settings, [...strayHeaders, ...consumerHeaders, ...tokenHeaders, ...credentialHeaders])
}

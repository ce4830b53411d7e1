import { isPublic, type App } from '../apps.ts'
import type { KongConfig } from '../config.ts'
import type { KongConsumer, KongPlugin } from '../kong-file.ts'
import type { RateLimits } from '../tiers.ts'
import { anonymousConsumer, groups, refusal } from './authentication.ts'
import { transformerForKeys } from './identity-headers.ts'
import { rateLimiting } from './traffic.ts'

/** Kong wants a redirect address of every OAuth2 client; nobody can be sent to this one. */
const nowhere = 'https://no-redirect.invalid/'

/** A consumer for each client app, and the anonymous one. */
export function consumers(apps: readonly App[], limits: RateLimits, config: KongConfig): KongConsumer[] {
  const anonymous: KongConsumer = {
    username: anonymousConsumer,
    acls: [{ group: groups.anonymous }],
    plugins: [refusal, rateLimiting(limits.address, 'ip', config.settings)],
  }
  return [anonymous, ...apps.map((app) => consumerOf(app, limits, config))]
}

function consumerOf(app: App, limits: RateLimits, config: KongConfig): KongConsumer {
  const limit: KongPlugin = rateLimiting(limits[app.tier], 'consumer', config.settings)
  if (app.type !== 'key') {
    const acls = [{ group: groups.apps }]
    return { username: app.consumer, acls, oauth2_credentials: [clientOf(app, config)], plugins: [limit] }
  }
  return {
    username: app.consumer,
    acls: [{ group: groups.keys }],
    keyauth_credentials: [{ key: config.secretOf(app) ?? '' }],
    plugins: [limit, transformerForKeys(config.settings)],
  }
}

function clientOf(app: App, config: KongConfig): object {
  return {
    name: app.name,
    client_id: app.clientId,
    ...(isPublic(app.type) ? { client_type: 'public' } : { client_secret: config.secretOf(app) ?? '' }),
    redirect_uris: app.redirectUris.length > 0 ? app.redirectUris : [nowhere],
  }
}

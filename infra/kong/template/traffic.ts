import type { App } from '../apps.ts'
import type { KongSettings } from '../config.ts'
import type { KongPlugin } from '../kong-file.ts'
import type { RateLimit } from '../tiers.ts'

/** Counted per consumer, or per address. */
export function rateLimiting(
  limit: RateLimit,
  limitBy: 'consumer' | 'ip',
  { RATE_LIMIT_REDIS_URL }: KongSettings,
): KongPlugin {
  const policy = RATE_LIMIT_REDIS_URL
    ? { policy: 'redis', redis: redisOf(new URL(RATE_LIMIT_REDIS_URL)) }
    : { policy: 'local' }
  return { name: 'rate-limiting', config: { ...limit, limit_by: limitBy, ...policy } }
}

function redisOf({ hostname, port, username, password, protocol }: URL): object {
  return {
    host: hostname,
    port: Number(port || 6379),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { ssl: true, ssl_verify: true }),
  }
}

/**
 * Keeps what services call public, for as long as they say. Types stand as they are sent, parameters and all, because
 * Kong compares texts. The consumer is part of Kong's key, but the user is not: what is one user's must be `private` or
 * `no-store`, which the supergraph sees to.
 */
export const publicAnswersCache: KongPlugin = {
  name: 'proxy-cache',
  config: {
    strategy: 'memory',
    cache_control: true,
    cache_ttl: 60,
    request_method: ['GET'],
    response_code: [200],
    content_type: ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'],
    vary_headers: ['Accept', 'Accept-Encoding', 'X-Region'],
  },
}

/** Pages of other origins may call with a token; cookies are not theirs to send. */
export function cors(apps: readonly App[], { EDGE_CORS_ORIGINS }: KongSettings): KongPlugin {
  const ofApps = apps
    .filter(({ type }) => type === 'browser')
    .flatMap(({ redirectUris }) => redirectUris.map((uri) => new URL(uri).origin))
  return {
    name: 'cors',
    config: {
      origins: [...new Set([...ofApps, ...EDGE_CORS_ORIGINS])],
      methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
      headers: ['accept', 'apikey', 'authorization', 'content-type', 'x-api-key', 'x-region', 'x-request-id'],
      exposed_headers: ['X-Request-ID', 'Retry-After', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'],
      credentials: false,
      max_age: 600,
    },
  }
}

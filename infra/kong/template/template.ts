import { regions, type Region } from '@movieverse/regions/regions.ts'
import { apps, type App } from '../apps.ts'
import type { KongConfig } from '../config.ts'
import type { KongFile, KongPlugin, KongRoute } from '../kong-file.ts'
import { rateLimits, type RateLimits } from '../tiers.ts'
import { consumers } from './consumers.ts'
import { transformerForTokens } from './identity-headers.ts'
import { accessLog, prometheus, tracing } from './observation.ts'
import { platformServices, regionServices } from './services.ts'
import { cors, rateLimiting } from './traffic.ts'
import { upstreams } from './upstreams.ts'

/** The lists that a rendered file follows. */
export interface KongLists {
  readonly apps: readonly App[]
  readonly regions: readonly Region[]
  readonly rateLimits: RateLimits
}

/** The lists of this repository. */
export const platformLists: KongLists = { apps, regions, rateLimits }

/** The whole of kong.yml. */
export function kongFileOf(config: KongConfig, lists: KongLists = platformLists): KongFile {
  const { settings } = config
  return {
    _format_version: '3.0',
    upstreams: upstreams(lists.regions, settings),
    services: [
      ...platformServices(settings, lists.regions),
      ...lists.regions.flatMap((region) => regionServices(region, settings)),
    ],
    routes: [guard],
    plugins: globalPlugins(config, lists),
    consumers: consumers(lists.apps, lists.rateLimits, config),
  }
}

/** Names that Connection must not hold. */
export const neverDropped = '(x-|content-|transfer-|host|authorization|apikey|cookie)'

/**
 * Refuses requests whose Connection header names a header that must arrive. Whatever it names ends at Kong: its own
 * identity headers and secret too, or Content-Length, after which a body reads as a second request that Kong never saw.
 * One header more than any other route matches on, and the highest priority, so it comes first. Kong's router sees a
 * hundred headers of a request only: nginx/connection-guard.conf is the same for its nginx.
 */
const guard: KongRoute = {
  name: 'connection-guard',
  paths: ['~/'],
  headers: { Connection: [`~*${neverDropped}`] },
  regex_priority: 1000,
  strip_path: false,
  plugins: [{ name: 'request-termination', config: { status_code: 400, message: 'Connection header not accepted' } }],
}

function globalPlugins({ settings }: KongConfig, { rateLimits: limits, apps: known }: KongLists): KongPlugin[] {
  return [
    { name: 'correlation-id', config: { header_name: 'X-Request-ID', generator: 'uuid', echo_downstream: true } },
    // Kong's own list also names clients that people write apps with.
    { name: 'bot-detection', config: { allow: ['^Go-http-client/', '^okhttp/', '^axios/'] } },
    cors(known, settings),
    { name: 'request-size-limiting', config: { allowed_payload_size: 64, size_unit: 'kilobytes' } },
    rateLimiting(limits.address, 'ip', settings),
    transformerForTokens(settings),
    { name: 'response-transformer', config: { remove: { headers: ['X-Powered-By'] } } },
    tracing(settings),
    prometheus,
    accessLog(settings),
  ]
}

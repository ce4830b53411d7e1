import type { Region } from '@movieverse/regions/regions.ts'
import type { KongSettings } from '../config.ts'
import type { KongPlugin, KongRoute, KongService } from '../kong-file.ts'
import { oauth2, tokenOnly, tokenOrKey } from './authentication.ts'
import { transformerForOpenRoutes } from './identity-headers.ts'
import { publicAnswersCache } from './traffic.ts'
import { upstreamOf } from './upstreams.ts'

/** Services answer within 3 s by their own limits; Kong repeats reads, and writes only before it has sent anything. */
const times = { retries: 2, connect_timeout: 1000, write_timeout: 10_000, read_timeout: 10_000 }

interface ServiceParts {
  readonly name: string
  readonly upstream: string
  readonly path?: string
  readonly readTimeout?: number
  readonly routes: readonly KongRoute[]
  readonly plugins: readonly KongPlugin[]
}

function service({ name, upstream, path, readTimeout, routes, plugins }: ServiceParts): KongService {
  return {
    name,
    host: upstreamOf(upstream),
    port: 80,
    protocol: 'http',
    ...(path !== undefined && { path }),
    ...times,
    ...(readTimeout !== undefined && { read_timeout: readTimeout }),
    routes,
    plugins,
  }
}

/** What clients reach besides the regions: the supergraph, tokens, and the web server's pages. */
export function platformServices(settings: KongSettings, regions: readonly Region[]): KongService[] {
  const open = transformerForOpenRoutes(settings)
  return [
    service({
      name: 'supergraph',
      upstream: 'supergraph',
      routes: [route('graphql', '~/graphql$', settings)],
      plugins: [...tokenOrKey(settings), publicAnswersCache],
    }),
    service({
      name: 'subscriptions',
      upstream: 'supergraph',
      path: '/graphql',
      // The supergraph sends a ping every 12 seconds, and keeps a socket for as long as its peer answers them.
      readTimeout: 60_000,
      routes: [{ ...route('subscriptions', '~/subscriptions$', settings), methods: ['GET'], strip_path: true }],
      plugins: tokenOnly(settings),
    }),
    service({
      name: 'graphiql',
      upstream: 'supergraph',
      routes: [route('graphiql', '~/graphiql(/|$)', settings)],
      plugins: [open],
    }),
    service({
      name: 'tokens',
      // Never asked: the plugin answers every call of these paths itself, over https alone.
      upstream: 'supergraph',
      routes: [{ ...route('tokens', '~/oauth2/(token|authorize)$', settings), protocols: ['http', 'https'] }],
      plugins: [oauth2(settings)],
    }),
    service({
      name: 'web',
      upstream: 'web',
      routes: [{ ...route('web', '', settings), paths: webPaths(regions), preserve_host: true }],
      plugins: [open],
    }),
    service({
      name: 'operators',
      upstream: 'supergraph',
      path: '/readyz',
      routes: [{ ...route('operators-readiness', '~/operators/readyz$', settings), strip_path: true }],
      plugins: [open, { name: 'ip-restriction', config: { allow: settings.OPERATOR_ADDRESSES } }],
    }),
  ]
}

/** Paths of the web server that are published: signing in and consent, and the website; see web/. */
function webPaths(regions: readonly Region[]): string[] {
  return [
    '~/(authorize|sign-in|sign-up|sign-out|account)(/|$)',
    '~/(title|search|for-you|watchlist|profile|status|site|callback)(/|$)',
    // The pages of all titles and of each region; what else lies below a region's path is its service's.
    `~/(${regions.map(({ code }) => code.toLowerCase()).join('|')})?$`,
  ]
}

/**
 * The GraphQL and the REST list of one region, under `/in/…` and, for who names the region in X-Region, `/region/…`. Two
 * services of one upstream, because Kong strips all that a regex path matched; nothing else of the port is published.
 */
export function regionServices(region: Region, settings: KongSettings): KongService[] {
  const prefix = region.code.toLowerCase()
  const named = { headers: { 'X-Region': namesOf(region) }, strip_path: true }
  const parts = [
    { kind: 'graphql', end: '$', plugins: [] },
    { kind: 'movies', end: '(/|$)', plugins: [publicAnswersCache] },
  ]
  return parts.map(({ kind, end, plugins }) =>
    service({
      name: `${region.slug}-${kind}`,
      upstream: region.slug,
      path: `/${kind}`,
      routes: [
        { ...route(`${prefix}-${kind}`, `~/${prefix}/${kind}${end}`, settings), strip_path: true },
        { ...route(`${prefix}-${kind}-by-header`, `~/region/${kind}${end}`, settings), ...named },
      ],
      plugins: [...tokenOrKey(settings), ...plugins],
    }),
  )
}

function namesOf({ code, slug, aliases = [] }: Region): string[] {
  return [...new Set([code, slug, ...aliases].map((name) => name.toLowerCase()))]
}

function route(name: string, path: string, settings: KongSettings): KongRoute {
  return { name, paths: [path], strip_path: false, ...(isTlsOnly(settings) && { protocols: ['https'] }) }
}

/** In production credentials go over https alone, unless somebody decides otherwise. */
function isTlsOnly({ EDGE_PLAIN_HTTP, NODE_ENV }: KongSettings): boolean {
  return EDGE_PLAIN_HTTP ? EDGE_PLAIN_HTTP === 'off' : NODE_ENV === 'production'
}

import { isIP } from 'node:net'
import { z } from 'zod'
import { randomToken } from '../tokens/token-rows.ts'
import { addressProblem } from './addresses.ts'
import {
  between,
  flag,
  listOf,
  number,
  oneOf,
  oneOfKongs,
  part,
  record,
  refuse,
  setOf,
  text,
  textThat,
  textWithout,
} from './fields.ts'
import { pathProblem, routePathProblem } from './route-path.ts'

/** A record of these fields and of those that every entity may carry. */
function entity<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<typeof common & Shape, z.core.$strict> {
  return record({ ...common, ...shape })
}

const moment = between(0, Number.MAX_SAFE_INTEGER).optional()
const common = {
  id: z.uuid({ error: 'expected a valid UUID' }).optional(),
  tags: setOf(text).default([]),
  created_at: moment,
  updated_at: moment,
}

const invalidValue = (value: string): string => `invalid value: ${value}`
const others = ['tcp', 'tls', 'tls_passthrough', 'udp']
const protocol = oneOfKongs(
  ['http', 'https'],
  ['grpc', 'grpcs', ...others],
  ['grpc', 'grpcs', 'http', 'https', ...others],
)
const name = textThat(
  /^[\w.~\-\u0080-\uffff]+$/,
  (value) => `invalid value '${value}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`,
).optional()
const headers = z.record(text, listOf(text), { error: 'expected a map' }).default({})
const timeout = between(1, 2_147_483_646).default(60_000)

const service = entity({
  name,
  protocol: protocol.default('http'),
  host: textWithout((value) => {
    if (addressProblem(value) !== undefined) return invalidValue(value)
    return /[^:]:\d+$/.test(value) ? 'must not have a port' : undefined
  }),
  port: between(0, 65_535).default(80),
  path: textWithout(pathProblem).optional(),
  retries: between(0, 32_767).default(5),
  connect_timeout: timeout,
  write_timeout: timeout,
  read_timeout: timeout,
  enabled: flag(true),
})

const method = textThat(/^[A-Z]+$/, invalidValue)
const host = textWithout((value) => {
  if (value.indexOf('*') < value.lastIndexOf('*')) return 'invalid wildcard: must have at most one wildcard'
  if (!/^(\*\..*|.*\.\*|[^*]*)$/.test(value)) return 'invalid wildcard: must be placed at leftmost or rightmost label'
  return addressProblem(value.replace('*', 'abc'))
})

const route = entity({
  name,
  protocols: setOf(protocol).min(1, 'length must be at least 1').default(['http', 'https']),
  methods: setOf(method).default([]),
  hosts: listOf(host).default([]),
  paths: listOf(textWithout(routePathProblem)).default([]),
  headers: headers.refine((all) => !Object.keys(all).some((one) => one.toLowerCase() === 'host'), {
    error: "cannot contain 'host' header, which must be specified in the 'hosts' attribute",
  }),
  regex_priority: between(0, 2_147_483_647).default(0),
  strip_path: flag(true),
  preserve_host: flag(false),
  request_buffering: flag(true),
  response_buffering: flag(true),
  https_redirect_status_code: z
    .literal([426, 301, 302, 307, 308], { error: 'expected one of: 426, 301, 302, 307, 308' })
    .default(426),
  path_handling: oneOf('v0', 'v1').default('v0'),
  service: text.optional(),
}).superRefine((fields, context) => {
  const { protocols, methods, hosts, paths } = fields
  if (methods.length + hosts.length + paths.length + Object.keys(fields.headers).length > 0) return
  const [kind, more] = protocols.includes('https') ? ['https', ", 'snis'"] : ['http', '']
  const kinds = `'methods', 'hosts', 'headers', 'paths'${more}`
  refuse(context, `must set one of ${kinds} when 'protocols' is '${kind}'`, 'config')
})

const consumer = entity({ username: text.optional(), custom_id: text.optional() }).superRefine((fields, context) => {
  if (fields.username || fields.custom_id) return
  refuse(context, "at least one of these fields must be non-empty: 'custom_id', 'username'", 'config')
})

const times = between(0, 255).default(0)
const seconds = between(0, 65_535, number)
const interval = seconds.default(0)
const type = oneOf('tcp', 'http', 'https').default('http')
const statuses = (...byDefault: number[]): z.ZodDefault<z.ZodArray<z.ZodNumber>> =>
  listOf(between(100, 999)).default(byDefault)
const failures = { http_failures: times, tcp_failures: times, timeouts: times }
const passed = [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308]

const active = part({
  type,
  http_path: textWithout(pathProblem).default('/'),
  headers,
  timeout: seconds.default(1),
  concurrency: between(1, 2_147_483_648).default(10),
  https_verify_certificate: flag(true),
  healthy: part({ interval, successes: times, http_statuses: statuses(200, 302) }),
  unhealthy: part({
    interval,
    ...failures,
    http_statuses: statuses(429, 404, 500, 501, 502, 503, 504, 505),
  }),
})
const passive = part({
  type,
  healthy: part({ successes: times, http_statuses: statuses(...passed) }),
  unhealthy: part({ ...failures, http_statuses: statuses(429, 500, 503) }),
})

const hashing = ['consistent-hashing', 'least-connections']
const algorithm = oneOfKongs(['round-robin'], [...hashing, 'latency'], [...hashing, 'round-robin', 'latency'])
const upstreamName = textWithout((value) => {
  const problem = addressProblem(value) !== undefined && 'must be a valid hostname'
  const isAddress = isIP(value) > 0 && 'no ip addresses allowed'
  const reason = problem || isAddress || (value.includes(':') && 'no port allowed')
  return reason ? `Invalid name ('${value}'); ${reason}` : undefined
})
const target = textWithout((value) =>
  addressProblem(value) === undefined ? undefined : `Invalid target ('${value}'); not a valid hostname or ip address`,
)

const upstream = entity({
  name: upstreamName,
  algorithm: algorithm.default('round-robin'),
  slots: between(10, 65_536).default(10_000),
  host_header: text.optional(),
  healthchecks: part({ threshold: between(0, 100, number).default(0), active, passive }),
  targets: listOf(entity({ target, weight: between(0, 65_535).default(100) })).default([]),
})

const plugin = entity({
  name: text,
  instance_name: text.optional(),
  enabled: flag(true),
  protocols: setOf(protocol).optional(),
  config: z.unknown().optional(),
  service: text.optional(),
  route: text.optional(),
  consumer: text.optional(),
})

const redirectUri = text.superRefine((value, context) => {
  if (!/^[a-z][\w+.-]*:\/\/[^/?#]/i.test(value)) refuse(context, `cannot parse '${value}'`)
  else if (value.includes('#')) refuse(context, `fragment not allowed in '${value}'`)
})
const key = entity({ key: text, ttl: between(0, 100_000_000).optional(), consumer: text.optional() })
const group = entity({ group: text, consumer: text.optional() })
const client = entity({
  name: text,
  client_id: text.default(randomToken),
  client_secret: text.default(randomToken),
  client_type: oneOf('confidential', 'public').default('confidential'),
  hash_secret: flag(false),
  redirect_uris: setOf(redirectUri).default([]),
  consumer: text.optional(),
})

/** What the file says beside its entities. */
export const fileSchema = record({
  _format_version: text.pipe(oneOf('1.1', '2.1', '3.0')),
  _transform: flag(true),
  _comment: text.optional(),
  _ignore: listOf(z.unknown()).optional(),
})

/**
 * Kong's collections: what an entity of each looks like, the field that no two may share, and what may be nested in it.
 * Those that others refer to come first.
 */
export const collections = {
  services: { schema: service, key: 'name', nested: ['routes', 'plugins'] },
  consumers: {
    schema: consumer,
    key: 'username',
    nested: ['plugins', 'keyauth_credentials', 'oauth2_credentials', 'acls'],
  },
  routes: { schema: route, key: 'name', nested: ['plugins'] },
  upstreams: { schema: upstream, key: 'name', nested: [] },
  plugins: { schema: plugin, key: undefined, nested: [] },
  keyauth_credentials: { schema: key, key: 'key', nested: [] },
  oauth2_credentials: { schema: client, key: 'client_id', nested: [] },
  acls: { schema: group, key: undefined, nested: [] },
} as const
export type CollectionName = keyof typeof collections

/** What a schema gives, with the id that Kong derives and, in the place of names, what they refer to. */
type Entity<Schema extends z.ZodType, References = object> = Readonly<
  Omit<z.output<Schema>, keyof References | 'id'> & References & { id: string }
>
export type ServiceEntity = Entity<typeof service, { name: string }>
export type RouteEntity = Entity<typeof route, { name: string; service: ServiceEntity | undefined }>
export type ConsumerEntity = Entity<typeof consumer>
export type UpstreamEntity = Entity<typeof upstream>
export type PluginEntity = Entity<
  typeof plugin,
  { service: ServiceEntity | undefined; route: RouteEntity | undefined; consumer: ConsumerEntity | undefined }
>
export type KeyEntity = Entity<typeof key, { consumer: ConsumerEntity }>
export type ClientEntity = Entity<typeof client, { consumer: ConsumerEntity }>
export type GroupEntity = Entity<typeof group, { consumer: ConsumerEntity }>

/** The whole file: defaults filled in, nested entities beside the others, references resolved. */
export interface EdgeConfiguration {
  readonly services: readonly ServiceEntity[]
  readonly consumers: readonly ConsumerEntity[]
  readonly routes: readonly RouteEntity[]
  readonly upstreams: readonly UpstreamEntity[]
  readonly plugins: readonly PluginEntity[]
  readonly keyauth_credentials: readonly KeyEntity[]
  readonly oauth2_credentials: readonly ClientEntity[]
  readonly acls: readonly GroupEntity[]
}

import { z } from 'zod'
import { between, listOf, oneOf, record } from '../plugins/fields.ts'
import { decimal, entity, entityName, flag, header, text } from './fields.ts'
import { pathProblem } from './route-path.ts'

const methods = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']
const timeout = between(1, 2_147_483_646).default(60_000)
const hostname = /^(?=.{1,253}$)[\w-]+(\.[\w-]+)*\.?$/

const plugin = entity({
  name: text,
  instance_name: text.optional(),
  enabled: flag.default(true),
  protocols: listOf(text).optional(),
  config: z.unknown().optional(),
  service: text.optional(),
  route: text.optional(),
  consumer: text.optional(),
})

const path = text.superRefine((value, context) => {
  const problem = pathProblem(value)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
})

const method = text.refine((value) => methods.includes(value) || /^[A-Z]+$/.test(value), {
  error: ({ input }) => `invalid value: ${String(input)}`,
})

const route = entity({
  name: entityName.optional(),
  protocols: listOf(oneOf('http', 'https')).default(['http', 'https']),
  methods: listOf(method).default([]),
  hosts: listOf(text).default([]),
  paths: listOf(path).default([]),
  headers: header.default({}),
  regex_priority: between(0, 2_147_483_647).default(0),
  strip_path: flag.default(true),
  preserve_host: flag.default(false),
  request_buffering: flag.default(true),
  response_buffering: flag.default(true),
  https_redirect_status_code: z
    .literal([426, 301, 302, 307, 308], { error: 'expected one of: 426, 301, 302, 307, 308' })
    .default(426),
  path_handling: oneOf('v0', 'v1').default('v0'),
  service: text.optional(),
  plugins: listOf(plugin).default([]),
}).superRefine(({ protocols, methods: verbs, hosts, paths, headers }, context) => {
  if (verbs.length + hosts.length + paths.length + Object.keys(headers).length > 0) return
  const isHttps = protocols.includes('https')
  const kinds = `'methods', 'hosts', 'headers', 'paths'${isHttps ? ", 'snis'" : ''}`
  const message = `must set one of ${kinds} when 'protocols' is '${isHttps ? 'https' : 'http'}'`
  context.addIssue({ code: 'custom', message, params: { entityCheck: 'config' } })
})

const service = entity({
  name: entityName.optional(),
  protocol: oneOf('http', 'https').default('http'),
  host: text.refine((value) => /^[^\s/]+$/.test(value), { error: ({ input }) => `invalid value: ${String(input)}` }),
  port: between(0, 65_535).default(80),
  path: text.startsWith('/', { error: 'should start with: /' }).optional(),
  retries: between(0, 32_767).default(5),
  connect_timeout: timeout,
  write_timeout: timeout,
  read_timeout: timeout,
  enabled: flag.default(true),
  routes: listOf(route).default([]),
  plugins: listOf(plugin).default([]),
})

const statuses = (...defaults: number[]): z.ZodDefault<z.ZodArray<z.ZodNumber>> =>
  listOf(between(100, 999)).default(defaults)
const times = between(0, 255).default(0)
const seconds = decimal(0, 65_535)
const checkType = oneOf('tcp', 'http', 'https').default('http')

const activeChecks = record({
  type: checkType,
  http_path: text
    .refine((value) => /^\/[\w\-./~%!$&'()*+,;=:@]*$/.test(value), {
      error: ({ input }) =>
        `invalid path: ${String(input)} (characters outside of the reserved list of RFC 3986 found)`,
    })
    .default('/'),
  headers: header.default({}),
  timeout: seconds.default(1),
  concurrency: between(1, 2_147_483_648).default(10),
  https_verify_certificate: flag.default(true),
  healthy: record({ interval: seconds.default(0), successes: times, http_statuses: statuses(200, 302) }).prefault({}),
  unhealthy: record({
    interval: seconds.default(0),
    http_failures: times,
    tcp_failures: times,
    timeouts: times,
    http_statuses: statuses(429, 404, 500, 501, 502, 503, 504, 505),
  }).prefault({}),
})

const passiveSuccesses = [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308]
const passiveChecks = record({
  type: checkType,
  healthy: record({ successes: times, http_statuses: statuses(...passiveSuccesses) }).prefault({}),
  unhealthy: record({
    http_failures: times,
    tcp_failures: times,
    timeouts: times,
    http_statuses: statuses(429, 500, 503),
  }).prefault({}),
})

const upstream = entity({
  name: text.refine((value) => hostname.test(value), {
    error: ({ input }) => `Invalid name ('${String(input)}'); must be a valid hostname`,
  }),
  algorithm: oneOf('round-robin').default('round-robin'),
  slots: between(10, 65_536).default(10_000),
  host_header: text.optional(),
  healthchecks: record({
    threshold: decimal(0, 100).default(0),
    active: activeChecks.prefault({}),
    passive: passiveChecks.prefault({}),
  }).prefault({}),
  targets: listOf(entity({ target: text, weight: between(0, 65_535).default(100) })).default([]),
})

const redirectUri = text.superRefine((value, context) => {
  if (!URL.canParse(value)) context.addIssue({ code: 'custom', message: `cannot parse '${value}'` })
  else if (value.includes('#')) context.addIssue({ code: 'custom', message: `fragment not allowed in '${value}'` })
})

const key = entity({ key: text, ttl: between(0, 100_000_000).optional(), consumer: text.optional() })
const group = entity({ group: text, consumer: text.optional() })
const client = entity({
  name: text,
  client_id: text.optional(),
  client_secret: text.optional(),
  client_type: oneOf('confidential', 'public').default('confidential'),
  hash_secret: flag.default(false),
  redirect_uris: listOf(redirectUri).default([]),
  consumer: text.optional(),
})

const consumer = entity({
  username: text.optional(),
  custom_id: text.optional(),
  plugins: listOf(plugin).default([]),
  keyauth_credentials: listOf(key).default([]),
  oauth2_credentials: listOf(client).default([]),
  acls: listOf(group).default([]),
}).superRefine(({ username, custom_id: customId }, context) => {
  if (username || customId) return
  const message = "at least one of these fields must be non-empty: 'custom_id', 'username'"
  context.addIssue({ code: 'custom', message, params: { entityCheck: 'config' } })
})

/** The whole file, as far as the edge knows it; plugins' configs are looked at by their kinds. */
export const fileSchema = record({
  _format_version: text.pipe(oneOf('1.1', '2.1', '3.0')),
  _transform: flag.optional(),
  _comment: text.optional(),
  _ignore: z.array(z.unknown()).optional(),
  services: listOf(service).default([]),
  routes: listOf(route).default([]),
  consumers: listOf(consumer).default([]),
  upstreams: listOf(upstream).default([]),
  plugins: listOf(plugin).default([]),
  keyauth_credentials: listOf(key).default([]),
  oauth2_credentials: listOf(client).default([]),
  acls: listOf(group).default([]),
})

export type FileContent = z.output<typeof fileSchema>
export type ServiceContent = z.output<typeof service>
export type RouteContent = z.output<typeof route>
export type ConsumerContent = z.output<typeof consumer>
export type UpstreamContent = z.output<typeof upstream>
export type PluginContent = z.output<typeof plugin>
export type KeyContent = z.output<typeof key>
export type ClientContent = z.output<typeof client>
export type GroupContent = z.output<typeof group>

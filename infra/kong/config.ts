import { regions } from '@movieverse/regions/regions.ts'
import { jsonSetting, readConfig, secretSetting, serviceSettings } from '@movieverse/service/config.ts'
import { z } from 'zod'
import { apps, isPublic, type App } from './apps.ts'

const targets = z.array(z.string().regex(/^[A-Za-z0-9.-]+:\d{1,5}$/, { error: 'must be host:port' })).min(1)

/** The upstreams that a rendered file names: the services that clients reach through the edge. */
export const upstreamNames: readonly string[] = ['supergraph', 'web', ...regions.map(({ slug }) => slug)]

const upstreamsSetting: z.ZodType<Readonly<Partial<Record<string, string[]>>>, string> = jsonSetting(
  z.partialRecord(z.enum(upstreamNames), targets),
  `must be a JSON object of host:port lists; the names are ${upstreamNames.join(', ')}`,
)

/** The variable that holds an app's secret or key; undefined for apps that can keep none. */
export function secretNameOf({ clientId, type }: Pick<App, 'clientId' | 'type'>): string | undefined {
  if (isPublic(type)) return undefined
  return `${clientId.replaceAll('-', '_').toUpperCase()}_${type === 'key' ? 'API_KEY' : 'CLIENT_SECRET'}`
}

const appSecretSettings: Readonly<Record<string, z.ZodDefault<z.ZodString>>> = Object.fromEntries(
  apps.flatMap((app) => {
    const name = secretNameOf(app)
    return name ? [[name, secretSetting(name.toLowerCase().replaceAll('_', '-'))]] : []
  }),
)

/** A collector on this machine, at OpenTelemetry's own port. */
const developmentTracesEndpoint = 'http://127.0.0.1:4318/v1/traces'

const switchSetting = z.enum(['on', 'off'])

/** What goes into kong.yml from the environment. */
export const kongSettings = z.object({
  NODE_ENV: serviceSettings.NODE_ENV,
  /** Kong takes `$(` in what a transformer adds for a template. */
  EDGE_SECRET: serviceSettings.EDGE_SECRET.refine(([sent]) => /^[!-~]+$/.test(sent) && !sent.includes('$('), {
    error: 'must be printable ASCII without spaces and without "$("',
  }),
  /** Lets the sign-in page ask the edge for a code, and `pnpm edge:token` for a token of a user. */
  PROVISION_KEY: secretSetting('provision-key'),
  /** Where services are: on this machine, or under their names in a compose network or a Kubernetes namespace. */
  EDGE_TARGETS: z.enum(['local', 'compose', 'kubernetes']).default('local'),
  /** The namespace of EDGE_TARGETS=kubernetes. */
  KUBERNETES_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('movieverse'),
  /** Other targets, as JSON: `{"supergraph":["10.0.0.1:4000","10.0.0.2:4000"]}`. */
  EDGE_UPSTREAMS: upstreamsSetting.prefault('{}'),
  /** Whether routes answer over plain http too; by default everywhere but in production. */
  EDGE_PLAIN_HTTP: switchSetting.optional(),
  /** `on` where a trusted proxy in front ends TLS and says so in X-Forwarded-Proto. */
  EDGE_TLS_TERMINATED: switchSetting.default('off'),
  /** Origins of browser apps beyond those of apps.json, separated by commas. */
  EDGE_CORS_ORIGINS: z.string().default('').transform(listOf),
  /** Addresses and networks that may use the operators' routes, separated by commas. */
  OPERATOR_ADDRESSES: z.string().default('127.0.0.1,::1').transform(listOf),
  /** Counts requests of all nodes together (`redis://[user:password@]host:port`); each node for itself without it. */
  RATE_LIMIT_REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** Where a Kong that exports traces sends them (OTLP over HTTP). */
  EDGE_TRACES_ENDPOINT: z.url({ protocol: /^https?$/ }).default(developmentTracesEndpoint),
  /** Where Kong appends one JSON line for each request. */
  EDGE_ACCESS_LOG: z.string().startsWith('/').default('/dev/stdout'),
})

export type KongSettings = Readonly<z.output<typeof kongSettings>>

/** Everything that a rendered kong.yml depends on besides apps.json and regions.json. */
export interface KongConfig {
  readonly settings: KongSettings
  /** Secret or key of an app; undefined for apps that have none. */
  readonly secretOf: (app: Pick<App, 'clientId' | 'type'>) => string | undefined
}

/** Reads the environment. Throws a ConfigError that lists every problem; production refuses development secrets. */
export function readKongConfig(env?: Readonly<Record<string, string | undefined>>): KongConfig {
  // `as`: the names of the apps' secrets are made from apps.json, which types cannot follow.
  const settings = readConfig(kongSettings.extend(appSecretSettings), env) as unknown as KongSettings
  const values = settings as unknown as Readonly<Record<string, string | undefined>>
  return { settings, secretOf: (app) => values[secretNameOf(app) ?? ''] }
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { z } from 'zod'

const defaultDatabase = fileURLToPath(new URL('../../data/movieverse.sqlite', import.meta.url))

/** Every secret's development default begins like this, and NODE_ENV=production refuses it. */
const developmentPrefix = 'development-'

/** A TCP port, with a default where one is given; 0 lets the system choose. */
export function portSetting(defaultPort?: number): z.ZodType<number> {
  const port = z.coerce.number().int().min(0).max(65_535)
  return defaultPort === undefined ? port : port.default(defaultPort)
}

/** A password or secret with its named development default, which production refuses. */
export function secretSetting(developmentName: string): z.ZodDefault<z.ZodString> {
  return z
    .string()
    .min(8)
    .default(developmentPrefix + developmentName)
}

/** The value to send first, then others that are believed too, while a secret is being exchanged. */
export type SharedSecrets = readonly [current: string, ...others: string[]]

/** A secret that several processes share, or a list of them with commas between; see docs/operations.md. */
export function sharedSecretSetting(developmentName: string): z.ZodType<SharedSecrets> {
  const secret = z.string().trim().min(8)
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.tuple([secret], secret))
    .prefault(developmentPrefix + developmentName)
}

/** A setting in JSON, which `error` describes to whoever gives another. */
export function jsonSetting<Value>(schema: z.ZodType<Value>, error: string): z.ZodType<Value, string> {
  return z.string().transform((text, context) => {
    const parsed = schema.safeParse(jsonOf(text))
    if (parsed.success) return parsed.data
    context.addIssue({ code: 'custom', message: error, input: '' })
    return z.NEVER
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const milliseconds = z.coerce.number().int().min(0).max(600_000)

/** What every process reads, to be spread into a schema: `z.object({ ...serviceSettings, PORT: portSetting(8060) })`. */
export const serviceSettings = {
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: portSetting(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Shared with the edge alone: identity headers are believed only beside it. */
  EDGE_SECRET: sharedSecretSetting('edge-secret'),
  /** Shared between the supergraph and its subgraphs: opens `_entities` and `_service`. */
  SERVICE_SECRET: sharedSecretSetting('service-secret'),
  /** How long a stopping process stays up with a red `/readyz`, so that balancers look elsewhere; 5 s in production. */
  DRAIN_DELAY_MS: milliseconds.optional(),
  /** How long requests in flight may take to finish after that. */
  SHUTDOWN_TIMEOUT_MS: milliseconds.default(10_000),
  /** Whether clients may read the schema; by default everywhere but in production. */
  INTROSPECTION: z.enum(['on', 'off']).optional(),
}

/** Where the title database is and how long it may keep a request waiting. */
export const databaseSettings = {
  DATABASE_URL: databaseUrl().default(`sqlite:${defaultDatabase}`),
  /** A replica for reads; DATABASE_URL where it is missing. */
  DATABASE_READER_URL: databaseUrl().optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(8),
  /** How long a request waits for a free connection, and a connection for its server. */
  DATABASE_TIMEOUT_MS: milliseconds.min(100).default(1000),
  /**
   * How long one statement of a service may run; 0 lifts the limit. Shorter than the supergraph waits for the first byte
   * of an answer (SUBGRAPH_HEADERS_TIMEOUT_MS), so that a slow statement is an error of its field and the service passes
   * for healthy, as it is.
   */
  STATEMENT_TIMEOUT_MS: milliseconds.default(1500),
}

/** Where the databases of all migration sets are; see `databaseUrlOf`. */
export const databaseUrlSettings = {
  DATABASE_URL: databaseSettings.DATABASE_URL,
  WEB_DATABASE_URL: databaseUrl().optional(),
  EDGE_DATABASE_URL: databaseUrl().optional(),
}

function databaseUrl(): z.ZodString {
  return z.string().refine((url) => /^(sqlite:.|mysql:\/\/[^/]*)/.test(url) && isParsable(url), {
    error: 'must be mysql://user:password@host:port/database or sqlite:path/to/file',
  })
}

function isParsable(url: string): boolean {
  return url.startsWith('sqlite:') || URL.canParse(url)
}

export type ServiceConfig = Readonly<z.output<z.ZodObject<typeof serviceSettings>>>
export type DatabaseConfig = Readonly<z.output<z.ZodObject<typeof databaseSettings>>>

/** One line per setting that is missing or wrong; never a value, since it may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`bad configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * Reads the environment through a schema into a frozen object keyed by variable name; an empty variable counts as
 * missing. Throws a ConfigError that lists every problem at once. The object prints without its secrets, whether it is
 * logged, inspected or turned into JSON.
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<z.output<Schema>> {
  const known = Object.keys(schema.shape).flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))
  const parsed = schema.safeParse(Object.fromEntries(known))
  const problems = parsed.success ? [] : parsed.error.issues.map(problemOf)
  if (env.NODE_ENV === 'production') problems.push(...developmentSecrets(schema, env))
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  return printable(parsed.data)
}

function problemOf({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.')}: ${message}`
}

function developmentSecrets(schema: z.ZodObject, env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(schema.shape).flatMap(([name, setting]) => {
    const value = z.safeParse(setting, env[name] || undefined)
    const isDefault = [value.data].flat().some((one) => typeof one === 'string' && one.startsWith(developmentPrefix))
    return isSecret(name) && isDefault
      ? [`${name}: the development default is refused when NODE_ENV is production`]
      : []
  })
}

function isSecret(name: string): boolean {
  return /(SECRET|PASSWORD|TOKEN|_KEY)$/.test(name)
}

function printable<Config extends object>(config: Config): Readonly<Config> {
  const redacted = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, redact(name, value)]))
  for (const name of ['toJSON', inspect.custom]) {
    Object.defineProperty(config, name, { enumerable: false, value: () => redacted })
  }
  return Object.freeze(config)
}

function redact(name: string, value: unknown): unknown {
  if (isSecret(name) && value !== undefined) return '[redacted]'
  return typeof value === 'string' ? withoutPassword(value) : value
}

/** The URL with `***` in place of its password, as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:@/]*):.*@/, '$1:***@')
}

/** A service's configuration, or the list of what is wrong with it on stderr and exit 2: no stack helps an operator. */
export function configOrExit<Config>(read: () => Config): Config {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(2)
  }
}

/** This process's environment with some variables set, for a process that it starts. */
export function environmentOf(changes: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> {
  return { ...process.env, ...changes }
}

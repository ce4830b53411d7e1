import type { FastifyServerOptions } from 'fastify'

/** Headers that carry credentials: they never reach a log, wherever a log line holds headers. */
export const secretHeaders = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'apikey',
  'x-api-key',
  'x-edge-secret',
  'x-service-secret',
]

/** Settings that are secrets or hold one, should a line be given a whole configuration. */
const secretSettings = [
  'EDGE_SECRET',
  'SERVICE_SECRET',
  'PROVISION_KEY',
  'WEB_COOKIE_SECRET',
  'DATABASE_URL',
  'DATABASE_READER_URL',
  'WEB_DATABASE_URL',
  'EDGE_DATABASE_URL',
]

const redactedPaths = [
  ...['', 'headers', '*.headers'].flatMap((parent) => secretHeaders.map((name) => `${parent}["${name}"]`)),
  ...secretSettings.flatMap((name) => [name, `*.${name}`]),
]

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Leaves the route's requests out of the log and of the metrics: probes ask every second. */
    isQuiet?: boolean
  }
}

/** For routes that are asked by machines, over and over. */
export const quietRoute = { config: { isQuiet: true } } as const

interface LoggingOptions {
  readonly level: string
  readonly service: string
  readonly region: string
}

/** Pino's options: JSON lines with service and region, without credentials, query strings or bodies. */
export function loggerOptions({ level, service, region }: LoggingOptions): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    base: { service, ...(region && { region }) },
    redact: { paths: redactedPaths, censor: '[redacted]' },
    serializers: {
      // A query string may hold an API key.
      req: ({ method, url, headers }) => ({ method, path: url.split('?', 1)[0], headers }),
    },
  }
}

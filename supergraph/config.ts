import { jsonSetting, portSetting, readConfig, serviceSettings } from '@movieverse/service/config.ts'
import { z } from 'zod'
import { telemetrySettings } from './telemetry/config.ts'
import type { SubgraphUrls } from './services/subgraph-addresses.ts'

const milliseconds = z.coerce.number().int().min(50).max(60_000)
const count = z.coerce.number().int().min(1).max(1_000_000_000)
const url = z.httpUrl().or(z.url({ protocol: /^http$/ }))
const urls = z.record(
  z.string(),
  z.union([url.transform((single): [string, ...string[]] => [single]), z.tuple([url], url)]),
)

/** What the supergraph reads from the environment. */
export const supergraphSettings = z.object({
  ...serviceSettings,
  ...telemetrySettings,
  PORT: portSetting(4000),
  /** The composed schema, a supergraph SDL; the committed one where it is not set. Read again on SIGHUP. */
  SUPERGRAPH_SDL_FILE: z.string().optional(),
  /** How often that file is looked at for changes; 0 never. By default every second in development, never elsewhere. */
  SUPERGRAPH_SDL_POLL_MS: z.coerce.number().int().min(0).max(3_600_000).optional(),
  /**
   * Where subgraphs answer, as a JSON object: `{"catalog":"http://catalog:8060/graphql"}`, or a list of URLs where a
   * subgraph has several. Others are on this machine.
   */
  SUBGRAPH_URLS: jsonSetting(urls, 'must be a JSON object of service names and http URLs, or lists of them')
    .transform((given): ReadonlyMap<string, SubgraphUrls> => new Map(Object.entries(given)))
    .prefault('{}'),
  /** How long one call of a subgraph may take, from connecting to the last byte, retries and other regions included. */
  SUBGRAPH_TIMEOUT_MS: milliseconds.default(3000),
  /** How long all calls of one operation may take, one after the other; SUBGRAPH_TIMEOUT_MS where it is not set. */
  OPERATION_TIMEOUT_MS: milliseconds.optional(),
  /** How long connecting may take of a call. */
  SUBGRAPH_CONNECT_TIMEOUT_MS: milliseconds.default(1000),
  /** How long the first byte of an answer may take, which leaves time to ask elsewhere. */
  SUBGRAPH_HEADERS_TIMEOUT_MS: milliseconds.default(2000),
  /** How long the rest of an answer may take after that. */
  SUBGRAPH_BODY_TIMEOUT_MS: milliseconds.default(2000),
  /** A larger answer of a subgraph is given up. */
  SUBGRAPH_MAX_ANSWER_BYTES: count.default(16 * 1024 * 1024),
  /** Requests to one subgraph at a time, and the calls that may wait for their turn; others are refused. */
  SUBGRAPH_CONCURRENCY: count.default(64),
  SUBGRAPH_QUEUE: count.default(512),
  /** Failures in a row after which a subgraph is not asked, and for how long, until one call tries again. */
  SUBGRAPH_BREAKER_FAILURES: count.default(10),
  SUBGRAPH_BREAKER_RESET_MS: milliseconds.default(2000),
  /** Whether another region's service is asked where a region's own is down. */
  REGION_FAILOVER: z.enum(['on', 'off']).default('on'),
  /** How many operations one HTTP request may hold, as a JSON array; 1 takes no batches. They share one set of limits. */
  OPERATIONS_PER_REQUEST: z.coerce.number().int().min(1).max(100).default(1),
  /** Whether documents other than those of TRUSTED_DOCUMENTS_FILE are refused, and GraphiQL with them. */
  TRUSTED_DOCUMENTS: z.enum(['off', 'required']).default('off'),
  /** Documents that clients may name by hash, as JSON: `{"<sha256 hex>": "query …"}`. */
  TRUSTED_DOCUMENTS_FILE: z.string().optional(),
  /** Where the query editor signs people in, when it is opened through the edge. */
  EDGE_TLS_URL: z.url({ protocol: /^https$/ }).default('https://localhost:8443'),
  /** The query editor at /graphiql; by default everywhere but in production. */
  GRAPHIQL: z.enum(['on', 'off']).optional(),
})

export type SupergraphConfig = Readonly<z.output<typeof supergraphSettings>>

/** Reads the environment. Throws a ConfigError that lists every problem. */
export function readSupergraphConfig(env?: Readonly<Record<string, string | undefined>>): SupergraphConfig {
  return readConfig(supergraphSettings, env)
}

import { portSetting, readConfig, serviceSettings } from '@movieverse/service/config.ts'
import { z } from 'zod'

const milliseconds = z.coerce.number().int().min(50).max(60_000)

/** What the supergraph reads from the environment. */
export const supergraphSettings = z.object({
  ...serviceSettings,
  PORT: portSetting(4000),
  /** Where subgraphs answer, as a JSON object: `{"catalog":"http://catalog:8060/graphql"}`. Others are on this machine. */
  SUBGRAPH_URLS: z.string().default('{}').transform(parseUrls),
  /** How long one call of a subgraph may take, from connecting to the last byte. */
  SUBGRAPH_TIMEOUT_MS: milliseconds.default(3000),
  /** How long connecting may take of that. */
  SUBGRAPH_CONNECT_TIMEOUT_MS: milliseconds.default(1000),
  /** The query editor at /graphiql; by default everywhere but in production. */
  GRAPHIQL: z.enum(['on', 'off']).optional(),
})

export type SupergraphConfig = Readonly<z.output<typeof supergraphSettings>>

/** Reads the environment. Throws a ConfigError that lists every problem. */
export function readSupergraphConfig(env?: Readonly<Record<string, string | undefined>>): SupergraphConfig {
  return readConfig(supergraphSettings, env)
}

function parseUrls(text: string, context: z.core.$RefinementCtx<string>): ReadonlyMap<string, string> {
  const parsed = z.record(z.string(), z.httpUrl().or(z.url({ protocol: /^http$/ }))).safeParse(jsonOf(text))
  if (parsed.success) return new Map(Object.entries(parsed.data))
  context.addIssue({ code: 'custom', message: 'must be a JSON object of service names and http URLs', input: '' })
  return z.NEVER
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import type { z } from 'zod'
import type { Credentials } from './credentials.ts'
import type { EdgeResponse, Exchange } from './exchange.ts'
import type { KongMetrics } from './metrics/kong-metrics.ts'
import type { MaybeAnswer } from './own-answer.ts'
import type { TokenStore } from './tokens/token-store.ts'

/** Says what went wrong behind the scenes (a log file that cannot be written), without secrets. */
export type Warn = (problem: string, cause: unknown) => void

/** What the edge offers its plugins. */
export interface EdgeParts {
  readonly credentials: Credentials
  readonly tokens: TokenStore
  readonly metrics: Pick<KongMetrics, 'count' | 'showTargets'>
  readonly warn: Warn
  /** Now, in milliseconds since 1970. */
  readonly now: () => number
}

/** What one configured plugin does. An absent phase costs nothing. */
export interface PluginPhases {
  /**
   * Before the service is asked, in the order of Kong's priorities; an answer ends the request. Runs only on a matched
   * route. It is synchronous where it can be: a promise is awaited only when one is returned.
   */
  access?(exchange: Exchange): MaybeAnswer
  /** When the answer's head is known, whoever made it; global plugins' run on unmatched requests too. */
  headers?(exchange: Exchange, response: EdgeResponse): void
  /** After the last byte; global plugins' run on unmatched requests too. */
  log?(exchange: Exchange): void
  close?(): void | Promise<void>
}

/** A kind of plugin, as kong.yml names it. */
export interface PluginKind<Schema extends z.ZodType = z.ZodType> {
  readonly name: string
  /** Kong's: higher runs first. */
  readonly priority: number
  /** Whether the plugin may stand beside a consumer in its scope. */
  readonly allowsConsumer: boolean
  /**
   * Kong's fields with Kong's defaults, strict: a field it does not know is refused. Every issue's message is in Kong's
   * words and belongs to the field at its path, the empty path being `config` itself; declarative/fields.ts has what
   * such schemas are made of.
   */
  readonly config: Schema
  create(config: z.output<Schema>, edge: EdgeParts): PluginPhases
}

/** Types a kind's settings by its schema. */
export function pluginKind<Schema extends z.ZodType>(kind: PluginKind<Schema>): PluginKind {
  return kind
}

import type { z } from 'zod'
import type { ConsumerEntity } from './declarative/entities.ts'
import type { EdgeResponse, Exchange, OwnAnswer } from './exchange.ts'
import type { KongMetrics } from './metrics/kong-metrics.ts'

/** What one configured plugin does. An absent phase costs nothing. */
export interface PluginPhases {
  /**
   * Before the service is asked, in the order of Kong's priorities; an answer ends the request. Runs only on a matched
   * route. It is synchronous where it can be: a promise is awaited only when one is returned.
   */
  access?(exchange: Exchange): OwnAnswer | undefined | Promise<OwnAnswer | undefined>
  /** When the answer's head is known, whoever made it; global plugins' run on unmatched requests too. */
  headers?(exchange: Exchange, response: EdgeResponse): void
  /** After the last byte; global plugins' run on unmatched requests too. */
  log?(exchange: Exchange): void
  close?(): void | Promise<void>
}

/** A kind of plugin, as kong.yml names it. */
export interface PluginKind<Config = never> {
  readonly name: string
  /** Kong's: higher runs first. */
  readonly priority: number
  /** Whether the plugin may stand beside a consumer in its scope. */
  readonly allowsConsumer: boolean
  /**
   * Kong's fields with Kong's defaults, strict: a field it does not know is refused (zod's `unrecognized_keys`). Every
   * other issue's message is in Kong's words and belongs to the field at its path, the empty path being `config`
   * itself. A custom issue may carry `params: { entityCheck: 'config' | 'plugin' }`: it is then one of the entries of
   * `'@entity'`, inside `config` or beside it.
   */
  readonly config: z.ZodType
  /** Of what `config` has parsed. */
  create(config: Config, edge: EdgeParts, instance: PluginInstanceInfo): PluginPhases
}

/** Where one plugin stands in kong.yml. */
export interface PluginInstanceInfo {
  /** Kong's deterministic id. */
  readonly id: string
  readonly name: string
  readonly serviceId: string | undefined
  readonly routeId: string | undefined
  readonly consumerId: string | undefined
}

/** What the edge offers its plugins. */
export interface EdgeParts {
  /** By id or username (key-auth's and oauth2's `anonymous`). */
  findConsumer(idOrUsername: string): ConsumerEntity | undefined
  readonly credentials: Credentials
  /** Where oauth2 keeps tokens and codes. Opened on first use. */
  readonly tokens: TokenStore
  /** Where the prometheus plugin counts; `createKongMetrics` of metrics/kong-metrics.ts makes it. */
  readonly metrics: KongMetrics
  /** Says what went wrong behind the scenes (a log file that cannot be written), without secrets. */
  readonly warn: (problem: string, cause: unknown) => void
  /** Now, in milliseconds since 1970. */
  readonly now: () => number
}

/** Credentials of kong.yml, by what a client sends. */
export interface Credentials {
  findKey(key: string): { readonly id: string; readonly consumer: ConsumerEntity } | undefined
  findClient(clientId: string): OAuth2Client | undefined
  /** By the id of its credential. */
  findClientById(id: string): OAuth2Client | undefined
  groupsOf(consumer: ConsumerEntity): readonly string[]
}

export interface OAuth2Client {
  /** The credential's id. */
  readonly id: string
  readonly clientId: string
  readonly name: string
  readonly isPublic: boolean
  readonly redirectUris: readonly string[]
  readonly consumer: ConsumerEntity
  /** In constant time; `hash_secret: true` credentials alike. */
  hasSecret(secret: string): boolean
}

/** A grant as the store keeps it. Tokens and codes are stored as SHA-256 hashes only; lookups take the clear text. */
export interface TokenGrant {
  readonly credentialId: string
  /** Undefined for global credentials. */
  readonly serviceId: string | undefined
  readonly scope: string | undefined
  readonly authenticatedUserId: string | undefined
}

export interface AuthorizationCode extends TokenGrant {
  readonly challenge: string | undefined
  readonly expiresAt: number
}

export interface AccessToken extends TokenGrant {
  /** Milliseconds since 1970; undefined for one that never expires. */
  readonly expiresAt: number | undefined
  /** Undefined where there is no refresh token, or one that never expires. */
  readonly refreshExpiresAt: number | undefined
}

/** The texts of a new pair of tokens. */
export interface TokenPair {
  readonly access: string
  readonly refresh: string | undefined
}

/** Durable: an answered call survives a kill. All times in milliseconds since 1970. */
export interface TokenStore {
  saveCode(code: string, entry: AuthorizationCode): Promise<void>
  findCode(code: string): Promise<AuthorizationCode | undefined>
  /** True for exactly one caller. */
  takeCode(code: string): Promise<boolean>
  saveToken(pair: TokenPair, entry: AccessToken): Promise<void>
  /**
   * Undefined where it is unknown or has expired. Cached in memory for a moment, so that a bearer request costs no
   * read; a token that is gone is gone at once in this process.
   */
  findToken(access: string): AccessToken | undefined | Promise<AccessToken | undefined>
  findRefreshToken(refresh: string): Promise<AccessToken | undefined>
  /** Puts a new pair in the place of the one that a refresh token belongs to; false where another was faster. */
  rotate(refresh: string, next: TokenPair, entry: AccessToken): Promise<boolean>
  /** Deletes what has expired. */
  purge(): Promise<number>
  close(): Promise<void>
}

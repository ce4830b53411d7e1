/** The part of Kong's declarative format 3.0 that we use. Optional fields are Kong's defaults where they are missing. */
export interface KongFile {
  readonly _format_version: '3.0'
  readonly upstreams: readonly KongUpstream[]
  readonly services: readonly KongService[]
  readonly routes: readonly KongRoute[]
  readonly plugins: readonly KongPlugin[]
  readonly consumers: readonly KongConsumer[]
}

export interface KongUpstream {
  readonly name: string
  readonly targets: ReadonlyArray<{ readonly target: string; readonly weight: number }>
  readonly healthchecks?: object
}

export interface KongService {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly protocol: 'http'
  readonly path?: string
  readonly retries: number
  readonly connect_timeout: number
  readonly write_timeout: number
  readonly read_timeout: number
  readonly routes: readonly KongRoute[]
  readonly plugins: readonly KongPlugin[]
}

export interface KongRoute {
  readonly name: string
  readonly paths: readonly string[]
  readonly methods?: readonly string[]
  readonly headers?: Readonly<Record<string, readonly string[]>>
  readonly protocols?: readonly string[]
  readonly regex_priority?: number
  readonly strip_path: boolean
  readonly preserve_host?: boolean
  readonly plugins?: readonly KongPlugin[]
}

export interface KongPlugin {
  readonly name: string
  readonly consumer?: string
  readonly config: object
}

export interface KongConsumer {
  readonly username: string
  readonly acls: ReadonlyArray<{ readonly group: string }>
  readonly keyauth_credentials?: ReadonlyArray<{ readonly key: string }>
  readonly oauth2_credentials?: readonly object[]
  readonly plugins?: readonly KongPlugin[]
}

/** Entities of kong.yml after loading: defaults filled in, references resolved, ids as Kong derives them (UUIDv5). */

export interface ServiceEntity {
  readonly id: string
  readonly name: string
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly path: string | undefined
  readonly retries: number
  readonly connectTimeout: number
  readonly writeTimeout: number
  readonly readTimeout: number
  readonly enabled: boolean
  readonly tags: readonly string[]
}

export interface RouteEntity {
  readonly id: string
  readonly name: string
  readonly protocols: readonly ('http' | 'https')[]
  readonly methods: readonly string[]
  readonly hosts: readonly string[]
  readonly paths: readonly string[]
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly regexPriority: number
  readonly stripPath: boolean
  readonly preserveHost: boolean
  readonly requestBuffering: boolean
  readonly responseBuffering: boolean
  readonly httpsRedirectStatusCode: number
  readonly pathHandling: 'v0' | 'v1'
  readonly service: ServiceEntity | undefined
  readonly tags: readonly string[]
}

export interface ConsumerEntity {
  readonly id: string
  readonly username: string | undefined
  readonly customId: string | undefined
  readonly tags: readonly string[]
}

export interface TargetEntity {
  readonly target: string
  readonly weight: number
}

/** Kong's `healthchecks` of an upstream, defaults filled in; seconds and counts as kong.yml has them. */
export interface UpstreamEntity {
  readonly id: string
  readonly name: string
  readonly hostHeader: string | undefined
  readonly targets: readonly TargetEntity[]
  readonly healthchecks: Healthchecks
  readonly tags: readonly string[]
}

export interface Healthchecks {
  readonly threshold: number
  readonly active: {
    readonly type: 'http' | 'https' | 'tcp'
    readonly httpPath: string
    readonly headers: Readonly<Record<string, readonly string[]>>
    readonly timeout: number
    readonly concurrency: number
    readonly healthy: {
      readonly interval: number
      readonly successes: number
      readonly httpStatuses: readonly number[]
    }
    readonly unhealthy: {
      readonly interval: number
      readonly httpFailures: number
      readonly tcpFailures: number
      readonly timeouts: number
      readonly httpStatuses: readonly number[]
    }
  }
  readonly passive: {
    readonly type: 'http' | 'https' | 'tcp'
    readonly healthy: { readonly successes: number; readonly httpStatuses: readonly number[] }
    readonly unhealthy: {
      readonly httpFailures: number
      readonly tcpFailures: number
      readonly timeouts: number
      readonly httpStatuses: readonly number[]
    }
  }
}

export interface PluginEntity {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly config: unknown
  readonly service: ServiceEntity | undefined
  readonly route: RouteEntity | undefined
  readonly consumer: ConsumerEntity | undefined
}

/** The whole file. */
export interface EdgeConfiguration {
  readonly services: readonly ServiceEntity[]
  readonly routes: readonly RouteEntity[]
  readonly consumers: readonly ConsumerEntity[]
  readonly upstreams: readonly UpstreamEntity[]
  readonly plugins: readonly PluginEntity[]
  readonly keys: ReadonlyArray<{ readonly id: string; readonly key: string; readonly consumer: ConsumerEntity }>
  readonly clients: ReadonlyArray<{
    readonly id: string
    readonly name: string
    readonly clientId: string
    readonly clientSecret: string
    readonly isPublic: boolean
    readonly isHashed: boolean
    readonly redirectUris: readonly string[]
    readonly consumer: ConsumerEntity
  }>
  readonly groups: ReadonlyArray<{ readonly group: string; readonly consumer: ConsumerEntity }>
}

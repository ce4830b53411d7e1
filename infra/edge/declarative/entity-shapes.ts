import { randomUUID } from 'node:crypto'
import type { ConsumerEntity, RouteEntity, ServiceEntity, UpstreamEntity } from './entities.ts'
import type { ConsumerContent, RouteContent, ServiceContent, UpstreamContent } from './file-schema.ts'
import { entityId } from './uuid.ts'

function idOf(collection: string, id: string | undefined, key: string | undefined): string {
  return id ?? (key === undefined ? randomUUID() : entityId(collection, key))
}

export function serviceOf(content: ServiceContent): ServiceEntity {
  const id = idOf('services', content.id, content.name)
  return {
    id,
    name: content.name ?? id,
    protocol: content.protocol,
    host: content.host,
    port: content.port,
    path: content.path,
    retries: content.retries,
    connectTimeout: content.connect_timeout,
    writeTimeout: content.write_timeout,
    readTimeout: content.read_timeout,
    enabled: content.enabled,
    tags: content.tags,
  }
}

export function routeOf(content: RouteContent, service: ServiceEntity | undefined): RouteEntity {
  const id = idOf('routes', content.id, content.name)
  return {
    id,
    name: content.name ?? id,
    protocols: content.protocols,
    methods: content.methods,
    hosts: content.hosts,
    paths: content.paths,
    headers: content.headers,
    regexPriority: content.regex_priority,
    stripPath: content.strip_path,
    preserveHost: content.preserve_host,
    requestBuffering: content.request_buffering,
    responseBuffering: content.response_buffering,
    httpsRedirectStatusCode: content.https_redirect_status_code,
    pathHandling: content.path_handling,
    service,
    tags: content.tags,
  }
}

export function consumerOf(content: ConsumerContent): ConsumerEntity {
  const id = idOf('consumers', content.id, content.username)
  return { id, username: content.username, customId: content.custom_id, tags: content.tags }
}

export function upstreamOf(content: UpstreamContent): UpstreamEntity {
  const { threshold, active, passive } = content.healthchecks
  return {
    id: idOf('upstreams', content.id, content.name),
    name: content.name,
    hostHeader: content.host_header,
    targets: content.targets.map(({ target, weight }) => ({ target, weight })),
    healthchecks: {
      threshold,
      active: {
        type: active.type,
        httpPath: active.http_path,
        headers: active.headers,
        timeout: active.timeout,
        concurrency: active.concurrency,
        healthy: {
          interval: active.healthy.interval,
          successes: active.healthy.successes,
          httpStatuses: active.healthy.http_statuses,
        },
        unhealthy: { interval: active.unhealthy.interval, ...failuresOf(active.unhealthy) },
      },
      passive: {
        type: passive.type,
        healthy: { successes: passive.healthy.successes, httpStatuses: passive.healthy.http_statuses },
        unhealthy: failuresOf(passive.unhealthy),
      },
    },
    tags: content.tags,
  }
}

type PassiveUnhealthy = UpstreamEntity['healthchecks']['passive']['unhealthy']

function failuresOf(content: {
  http_failures: number
  tcp_failures: number
  timeouts: number
  http_statuses: number[]
}): PassiveUnhealthy {
  return {
    httpFailures: content.http_failures,
    tcpFailures: content.tcp_failures,
    timeouts: content.timeouts,
    httpStatuses: content.http_statuses,
  }
}

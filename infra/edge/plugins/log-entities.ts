import type { ConsumerEntity, RouteEntity, ServiceEntity } from '../declarative/entities.ts'
import type { HeaderList } from '../header-list.ts'

/** A service as Kong writes it in a log entry. */
export function serviceForLog(service: ServiceEntity): Readonly<Record<string, unknown>> {
  return {
    id: service.id,
    name: service.name,
    protocol: service.protocol,
    host: service.host,
    port: service.port,
    path: service.path,
    retries: service.retries,
    connect_timeout: service.connectTimeout,
    write_timeout: service.writeTimeout,
    read_timeout: service.readTimeout,
    enabled: service.enabled,
    tags: service.tags,
  }
}

/** A route as Kong writes it in a log entry. */
export function routeForLog(route: RouteEntity): Readonly<Record<string, unknown>> {
  return {
    id: route.id,
    name: route.name,
    protocols: route.protocols,
    methods: unlessEmpty(route.methods),
    hosts: unlessEmpty(route.hosts),
    paths: unlessEmpty(route.paths),
    headers: Object.keys(route.headers).length > 0 ? route.headers : undefined,
    regex_priority: route.regexPriority,
    strip_path: route.stripPath,
    preserve_host: route.preserveHost,
    request_buffering: route.requestBuffering,
    response_buffering: route.responseBuffering,
    https_redirect_status_code: route.httpsRedirectStatusCode,
    path_handling: route.pathHandling,
    service: route.service && { id: route.service.id },
    tags: route.tags,
  }
}

/** A consumer as Kong writes it in a log entry. */
export function consumerForLog({ id, username, customId, tags }: ConsumerEntity): Readonly<Record<string, unknown>> {
  return { id, username, custom_id: customId, tags }
}

/** Headers by their names in lower case; one that is repeated has a list. */
export function headersForLog(headers: HeaderList): Readonly<Record<string, string | string[]>> {
  const all: Record<string, string | string[]> = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const known = all[key]
    all[key] = known === undefined ? value : [known, value].flat()
  }
  return all
}

function unlessEmpty(list: readonly string[]): readonly string[] | undefined {
  return list.length > 0 ? list : undefined
}

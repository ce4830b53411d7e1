import type { Exchange, Try } from '../exchange.ts'
import { entityJson } from '../declarative/entity-json.ts'
import type { HeaderList } from '../header-list.ts'
import { readArguments } from './arguments.ts'
import { parametersOf } from './body-parameters.ts'
import { traceOf } from './opentelemetry.ts'

export type LogEntry = Record<string, unknown>

/** Kong's workspace, the only one there is. */
const workspace = 'default'

/**
 * What file-log writes of an exchange: a tree of Kong's fields. Of the credentials only `authorization` is
 * blanked, as in Kong; the plugins' custom fields blank the others.
 */
export function logEntryOf(exchange: Exchange): LogEntry {
  const { request, route, service, consumer, credential } = exchange
  const traceId = traceOf(exchange)
  const receive = Math.max(0, exchange.totalMs - exchange.kongLatencyMs - (exchange.upstreamLatencyMs ?? 0))
  return {
    started_at: exchange.startedAt,
    workspace,
    workspace_name: workspace,
    client_ip: request.clientAddress,
    upstream_uri: exchange.upstreamUri,
    upstream_status: exchange.upstreamStatus,
    source: exchange.responseSource === 'service' ? 'upstream' : 'kong',
    latencies: {
      request: Math.round(exchange.totalMs),
      kong: Math.round(exchange.kongLatencyMs),
      proxy: exchange.upstreamLatencyMs === undefined ? -1 : Math.round(exchange.upstreamLatencyMs),
      receive: Math.round(receive),
    },
    request: requestForLog(exchange),
    response: {
      status: exchange.responseStatus,
      size: exchange.responseBytes,
      headers: exchange.responseHeaders ? headersForLog(exchange.responseHeaders) : {},
    },
    ...(route && { route: entityJson(route), tries: exchange.tries.map(tryForLog) }),
    ...(service && { service: entityJson(service) }),
    ...(consumer && { consumer: entityJson(consumer) }),
    ...(credential && { authenticated_entity: { id: credential.id } }),
    ...(traceId !== undefined && { trace_id: { w3c: traceId } }),
  }
}

function requestForLog({ id, request }: Exchange): LogEntry {
  const headers: Record<string, unknown> = { ...headersForLog(request.headers), host: request.host }
  for (const name of ['authorization', 'proxy-authorization']) {
    if (name in headers) headers[name] = 'REDACTED'
  }
  const target = request.rawTarget
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : undefined
  return {
    id,
    method: request.method,
    uri: target,
    url: `${request.scheme}://${request.host.replace(/:\d+$/, '')}:${request.port}${target}`,
    size: request.size,
    querystring: parametersOf(readArguments(query)),
    headers,
  }
}

function tryForLog({ ip, port, startedAt, latencyMs, state, code }: Try): LogEntry {
  return {
    ip,
    port,
    balancer_start: Math.floor(startedAt),
    balancer_start_ns: Math.round(startedAt * 1e6),
    balancer_latency: Math.floor(latencyMs),
    balancer_latency_ns: Math.round(latencyMs * 1e6),
    ...(state && { state }),
    ...(code !== undefined && { code }),
  }
}

/** Headers by their names in lower case; one that is repeated has a list. */
function headersForLog(headers: HeaderList): Readonly<Record<string, string | string[]>> {
  const all: Record<string, string | string[]> = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const known = all[key]
    all[key] = known === undefined ? value : [known, value].flat()
  }
  return all
}

import { entityJson } from '../declarative/entity-json.ts'
import type { Exchange } from '../exchange.ts'
import type { HeaderList } from '../header-list.ts'
import { Arguments } from './arguments.ts'

export type LogEntry = Record<string, unknown>

/**
 * What file-log writes of an exchange: a tree of Kong's fields. Of the credentials only `authorization` is
 * blanked, as in Kong; the plugins' custom fields blank the others.
 */
export function logEntryOf(exchange: Exchange): LogEntry {
  const { request, route, service, consumer, credential, upstreamLatencyMs, kongLatencyMs, totalMs } = exchange
  const traceId = exchange.notes.get('opentelemetry')
  const correlationId = exchange.notes.get('correlation-id')
  return {
    started_at: exchange.startedAt,
    workspace: 'default',
    workspace_name: 'default',
    client_ip: request.clientAddress,
    upstream_uri: exchange.upstreamUri,
    upstream_status: exchange.upstreamStatus,
    source: exchange.responseSource === 'service' ? 'upstream' : 'kong',
    latencies: {
      request: Math.round(totalMs),
      kong: Math.round(kongLatencyMs),
      proxy: Math.round(upstreamLatencyMs ?? -1),
      receive: Math.round(Math.max(0, totalMs - kongLatencyMs - (upstreamLatencyMs ?? 0))),
    },
    request: requestForLog(exchange),
    response: {
      status: exchange.responseStatus,
      size: exchange.responseBytes,
      headers: exchange.responseHeaders ? headersForLog(exchange.responseHeaders) : {},
    },
    ...(route && { route: entityJson(route), tries: triesForLog(exchange) }),
    ...(service && { service: entityJson(service) }),
    ...(consumer && { consumer: entityJson(consumer) }),
    ...(credential && { authenticated_entity: { id: credential.id } }),
    ...(traceId !== undefined && { trace_id: { w3c: traceId } }),
    ...(correlationId !== undefined && { correlation_id: correlationId }),
  }
}

function requestForLog({ id, request }: Exchange): LogEntry {
  const { target, host } = request.head
  const headers: Record<string, unknown> = { ...headersForLog(request.headers), host }
  for (const name of ['authorization', 'proxy-authorization']) {
    if (name in headers) headers[name] = 'REDACTED'
  }
  return {
    id,
    method: request.method,
    uri: target,
    url: `${request.scheme}://${host.replace(/:\d+$/, '')}:${request.connection.localPort}${target}`,
    size: request.size,
    // As plugins have left it.
    querystring: Arguments.read(request.query).toRecord(),
    headers,
  }
}

function triesForLog({ tries }: Exchange): LogEntry[] {
  return tries.map(({ startedAt, latencyMs, ...rest }) => ({
    ...rest,
    balancer_start: Math.floor(startedAt),
    balancer_start_ns: Math.round(startedAt * 1e6),
    balancer_latency: Math.floor(latencyMs),
    balancer_latency_ns: Math.round(latencyMs * 1e6),
  }))
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

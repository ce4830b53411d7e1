import type { Peer } from '../balancer/peer.ts'
import type { Exchange } from '../exchange.ts'
import { kongVersion } from './answer-headers.ts'
import type { AttemptParts } from './attempts.ts'
import type { EdgeRequest } from './edge-request.ts'

/** What ends at this hop, and what the edge says for itself: the client's own lines are not passed on. */
const ended = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy',
  'proxy-connection',
  'te',
  'upgrade',
  'expect',
  'transfer-encoding',
  'content-length',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-path',
  'x-forwarded-prefix',
  'x-real-ip',
  'x-kong-request-id',
])

/**
 * The headers that a service gets, in undici's flat form: `Host` comes first and is still empty, `Content-Length` is left
 * to who sends the body. What the client named in `Connection` is dropped, even where the edge itself had added it: so
 * does Kong. Of headers that it adds to, Kong knows the first line only.
 */
export function upstreamHeaders({ id, request }: Exchange): string[] {
  const raw = ['Host', '', 'Via', '', 'X-Forwarded-For', '', ...forwardedHeaders(request), 'X-Kong-Request-Id', id]
  const named = namedInConnection(request.connectionHeader)
  const lines = request.headers.toRaw()
  let via: string | undefined
  let forwardedFor: string | undefined
  let te: string | undefined
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index] ?? ''
    const value = lines[index + 1] ?? ''
    const key = name.toLowerCase()
    if (key === 'via') via ??= value
    else if (key === 'x-forwarded-for') forwardedFor ??= value
    else if (key === 'te') te ??= value
    else if (!ended.has(key) && !named?.has(key)) raw.push(name, value)
  }
  const own = `${request.httpVersion === '1.0' ? '1' : '1.1'} ${kongVersion}`
  raw[3] = via === undefined ? own : `${via}, ${own}`
  raw[5] = forwardedFor === undefined ? request.clientAddress : `${forwardedFor}, ${request.connection.remoteAddress}`
  if (te !== undefined && namesOf(te).includes('trailers')) raw.push('TE', 'trailers')
  return raw
}

/** What was asked for, as the client or a trusted peer in front says. */
function forwardedHeaders(request: EdgeRequest): string[] {
  const raw = [
    'X-Forwarded-Proto',
    request.forwardedProto,
    'X-Forwarded-Host',
    request.forwardedHost,
    'X-Forwarded-Port',
    request.believed('x-forwarded-port') ?? String(request.connection.localPort),
    'X-Forwarded-Path',
    request.believed('x-forwarded-path') ?? request.head.rawPath,
    'X-Real-IP',
    request.clientAddress,
  ]
  const prefix = request.believed('x-forwarded-prefix') ?? request.strippedPrefix
  if (prefix !== undefined) raw.push('X-Forwarded-Prefix', prefix)
  return raw
}

/** Undefined where nothing but `keep-alive`, `close` or `upgrade` is named: almost always. */
function namedInConnection(line = 'close'): ReadonlySet<string> | undefined {
  if (line === 'keep-alive' || line === 'close' || line === 'upgrade') return undefined
  return new Set(namesOf(line.toLowerCase()))
}

function namesOf(line: string): string[] {
  return line.split(',').map((name) => name.trim())
}

/** `Host` for a peer: the client's own (preserve_host), the upstream's, or the peer's address. */
export function upstreamHost({ answer, route, service, targets }: AttemptParts, { host, port }: Peer): string {
  const { headers, head } = answer.exchange.request
  const fromClient = headers.get('host') ?? head.host
  if (route.preserve_host && fromClient !== '') return fromClient
  const name = targets.upstream.entity.host_header ?? host
  const isDefault = port === (service.protocol === 'https' ? 443 : 80)
  return isDefault || (name.includes(':') && !name.startsWith('[')) ? name : `${name}:${port}`
}

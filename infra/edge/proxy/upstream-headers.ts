import type { HeaderList } from '../header-list.ts'
import { kongVersion } from './answer-headers.ts'
import type { ProxyExchange } from './proxy-exchange.ts'
import type { ProxyRequest } from './proxy-request.ts'

/** What the edge itself says to a service, and what ends at this hop: never taken from the client's headers. */
const ownNames = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'upgrade',
  'expect',
  'transfer-encoding',
  'content-length',
  'via',
  'x-forwarded-for',
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
 * does Kong.
 */
export function upstreamHeaders(exchange: ProxyExchange): string[] {
  const { request } = exchange
  const { headers } = request
  const raw = ownHeaders(exchange)
  const named = namedInConnection(request.connectionHeader)
  const lines = headers.toRaw()
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index] ?? ''
    const key = name.toLowerCase()
    if (!ownNames.has(key) && !named?.has(key)) raw.push(name, lines[index + 1] ?? '')
  }
  if (acceptsTrailers(headers)) raw.push('TE', 'trailers')
  return raw
}

function ownHeaders({ id, request }: ProxyExchange): string[] {
  const { headers } = request
  const believed = (name: string, own: string): string => (request.isTrusted ? (headers.get(name) ?? own) : own)
  const hop = `${request.httpVersion === '1.0' ? '1' : '1.1'} ${kongVersion}`
  const prefix = request.isTrusted
    ? (headers.get('x-forwarded-prefix') ?? request.strippedPrefix)
    : request.strippedPrefix
  const raw = [
    'Host',
    '',
    'Via',
    appended(headers, 'via', hop),
    'X-Forwarded-For',
    appended(headers, 'x-forwarded-for', request.peerAddress),
    'X-Forwarded-Proto',
    request.scheme,
    'X-Forwarded-Host',
    believed('x-forwarded-host', request.forwardedHost),
    'X-Forwarded-Port',
    believed('x-forwarded-port', String(request.port)),
    'X-Forwarded-Path',
    believed('x-forwarded-path', request.rawPath),
    'X-Real-IP',
    request.clientAddress,
    'X-Kong-Request-Id',
    id,
  ]
  if (prefix !== undefined) raw.push('X-Forwarded-Prefix', prefix)
  return raw
}

function appended(headers: HeaderList, name: string, value: string): string {
  return headers.has(name) ? `${headers.getAll(name).join(', ')}, ${value}` : value
}

/** Undefined where nothing but `keep-alive`, `close` or `upgrade` is named: almost always. */
function namedInConnection(lines: readonly string[]): ReadonlySet<string> | undefined {
  if (lines.every((line) => /^(keep-alive|close|upgrade)?$/i.test(line))) return undefined
  return new Set(lines.flatMap((line) => line.split(',').map((name) => name.trim().toLowerCase())))
}

function acceptsTrailers(headers: HeaderList): boolean {
  return headers.getAll('te').some((line) => /(^|,)\s*trailers\s*(,|;|$)/i.test(line))
}

/** `Host` for a service at an address: the client's own (preserve_host), the upstream's, or the address. */
export function upstreamHost(
  { host, headers }: ProxyRequest,
  isPreserved: boolean,
  hostHeader: string | undefined,
  address: { readonly protocol: 'http' | 'https'; readonly host: string; readonly port: number },
): string {
  const fromClient = headers.get('host') ?? host
  if (isPreserved && fromClient !== '') return fromClient
  const name = hostHeader ?? address.host
  const isDefault = address.port === (address.protocol === 'https' ? 443 : 80)
  return isDefault || (name.includes(':') && !name.startsWith('[')) ? name : `${name}:${address.port}`
}

import type { IncomingMessage } from 'node:http'
import { normalisePath } from '../routing/normalise-path.ts'

/** The parts of a request's head that the edge itself goes by. */
export interface RequestHead {
  /** Path and query as the client wrote them, without scheme and host of an absolute URI. */
  readonly target: string
  readonly rawPath: string
  /** Normalised. */
  readonly path: string
  readonly query: string | undefined
  readonly host: string
  /** The host of an absolute URI, which beats the header everywhere but in routing; else that of the header. */
  readonly authority: string
  /** Undefined for a chunked body; 0 for none. */
  readonly bodyLength: number | undefined
}

/** Why a request is refused before anybody looks at its route. */
export type Refusal =
  | 'badRequest'
  | 'uriTooLong'
  | 'headerTooLarge'
  | 'notImplemented'
  | 'methodNotAllowed'
  | 'versionNotSupported'

/** Bytes of one header line and of the request line, as nginx has them. */
const maxLineBytes = 8192

type Received = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders' | 'httpVersion'>

/** Reads a request's head as nginx does; what nginx refuses, and Node would let pass, is refused. */
export function readHead({ method, url = '', rawHeaders, httpVersion }: Received): RequestHead | Refusal {
  if (url.length + (method?.length ?? 0) + '  HTTP/1.1\r\n'.length > maxLineBytes) return 'uriTooLong'
  const fields = readFields(rawHeaders)
  if (typeof fields === 'string') return fields
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return Number(httpVersion) >= 2 ? 'versionNotSupported' : 'badRequest'
  }
  if (method === 'TRACE') return 'methodNotAllowed'
  if (httpVersion === '1.0' ? fields.bodyLength === undefined : fields.host === undefined) return 'badRequest'
  const { authority = fields.host ?? '', target } = url.startsWith('/') ? { target: url } : partsOfAbsolute(url)
  if (target === undefined) return 'badRequest'
  const mark = target.indexOf('?')
  const rawPath = mark < 0 ? target : target.slice(0, mark)
  const path = normalisePath(rawPath)
  if (path === undefined) return 'badRequest'
  const query = mark < 0 ? undefined : target.slice(mark + 1)
  return { target, rawPath, path, query, host: fields.host ?? '', authority, bodyLength: fields.bodyLength }
}

/** Headers that nginx takes once only. */
const singleNames = new Set([
  'authorization',
  'content-range',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
])
const singleLengths = new Set([...singleNames].map((name) => name.length))

interface Fields {
  readonly host: string | undefined
  readonly bodyLength: number | undefined
}

function readFields(rawHeaders: readonly string[]): Fields | Refusal {
  let host: string | undefined
  let bodyLength: number | undefined = 0
  let codings = 0
  const singles: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const value = rawHeaders[index + 1] ?? ''
    if (name.length + value.length + 4 > maxLineBytes) return 'headerTooLarge'
    // Lengths first: most names need no lower-case copy.
    if (name.length === 4 && name.toLowerCase() === 'host') {
      if (host !== undefined || !isHost(value)) return 'badRequest'
      host = value
    } else if (name.length === 14 && name.toLowerCase() === 'content-length') {
      bodyLength = Number(value)
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      codings++
      if (codings > 1) return 'badRequest'
      if (value.toLowerCase() !== 'chunked') return 'notImplemented'
    } else if (singleLengths.has(name.length) && singleNames.has(name.toLowerCase())) {
      if (singles.includes(name.toLowerCase())) return 'badRequest'
      singles.push(name.toLowerCase())
    }
  }
  return { host, bodyLength: codings > 0 ? undefined : bodyLength }
}

function isHost(value: string): boolean {
  return !/^\.?(:|$)|[\s/]|\.\./.test(value)
}

function partsOfAbsolute(url: string): { authority?: string; target?: string } {
  const match = /^[a-z][\w+.-]*:\/\/((?:[a-z\d.-]+|\[[\da-f:.]+\])(?::\d*)?)([/?#].*|)$/i.exec(url)
  if (!match || !isHost(match[1] ?? '')) return {}
  const [, authority = '', rest = ''] = match
  return { authority, target: rest.startsWith('/') ? rest : `/${rest}` }
}

import type { IncomingMessage } from 'node:http'
import { normalisePath } from '../routing/normalise-path.ts'
import type { Refusal } from './refusals.ts'

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
  /** Why the request is refused before anybody looks for its route; the rest is empty then. */
  readonly refusal?: Refusal
}

/** Bytes of one header line and of the request line, as nginx has them. */
const maxLineBytes = 8192

/** Reads a request's head as nginx does; what nginx refuses, and Node would let pass, is refused. */
export function readHead(incoming: IncomingMessage): RequestHead {
  const read = readParts(incoming)
  if (typeof read !== 'string') return read
  const { url: target = '' } = incoming
  return { target, rawPath: '', path: '', query: undefined, host: '', authority: '', bodyLength: 0, refusal: read }
}

function readParts({ method, url = '', rawHeaders, httpVersion }: IncomingMessage): RequestHead | Refusal {
  if (url.length + (method?.length ?? 0) + '  HTTP/1.1\r\n'.length > maxLineBytes) return 'uriTooLong'
  const fields = readFields(rawHeaders, httpVersion)
  if (typeof fields === 'string') return fields
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return Number(httpVersion) >= 2 ? 'versionNotSupported' : 'badRequest'
  }
  if (method === 'TRACE') return 'methodNotAllowed'
  if (fields.host === undefined && httpVersion !== '1.0') return 'badRequest'
  const { authority = fields.host ?? '', target } = url.startsWith('/') ? { target: url } : partsOfAbsolute(url)
  if (target === undefined) return 'badRequest'
  const mark = target.indexOf('?')
  const rawPath = mark < 0 ? target : target.slice(0, mark)
  const path = normalisePath(rawPath)
  if (path === undefined) return 'badRequest'
  const query = mark < 0 ? undefined : target.slice(mark + 1)
  return { target, rawPath, path, query, host: fields.host ?? '', authority, bodyLength: fields.bodyLength }
}

/** Headers that nginx takes once, each with a bit of its own. */
const once = new Map(
  [
    'host',
    'content-length',
    'transfer-encoding',
    'authorization',
    'expect',
    'content-range',
    'if-match',
    'if-none-match',
    'if-modified-since',
    'if-unmodified-since',
    'if-range',
  ].map((name, index) => [name, 1 << index]),
)
const lengthsOfOnce = new Set([...once.keys()].map((name) => name.length))

type Fields = Pick<RequestHead, 'bodyLength'> & { readonly host: string | undefined }

function readFields(rawHeaders: readonly string[], httpVersion: string): Fields | Refusal {
  let host: string | undefined
  let bodyLength: number | undefined = 0
  let coding: string | undefined
  let seen = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const value = rawHeaders[index + 1] ?? ''
    if (name.length + value.length + 4 > maxLineBytes) return 'headerTooLarge'
    // Lengths first: most names need no lower-case copy.
    if (!lengthsOfOnce.has(name.length)) continue
    const key = name.toLowerCase()
    const bit = once.get(key) ?? 0
    if ((seen & bit) !== 0) return 'badRequest'
    seen |= bit
    if (key === 'host') host = value
    else if (key === 'content-length') bodyLength = Number(value)
    else if (key === 'transfer-encoding') coding = value.toLowerCase()
  }
  if (host !== undefined && !isHost(host)) return 'badRequest'
  if (coding === undefined) return { host, bodyLength }
  if (httpVersion === '1.0') return 'badRequest'
  return coding === 'chunked' ? { host, bodyLength: undefined } : 'notImplemented'
}

/** What nginx takes for a host: something before the port, without a slash or two dots in a row. */
function isHost(value: string): boolean {
  return !/[\s/]|\.\.|^\.?(:|$)/.test(value)
}

function partsOfAbsolute(url: string): { authority?: string; target?: string } {
  const match = /^[a-z][\w+.-]*:\/\/((?:[a-z\d.-]+|\[[\da-f:.]+\])(?::\d*)?)([/?#].*|)$/i.exec(url)
  if (!match || !isHost(match[1] ?? '')) return {}
  const [, authority = '', rest = ''] = match
  return { authority, target: rest.startsWith('/') ? rest : `/${rest}` }
}

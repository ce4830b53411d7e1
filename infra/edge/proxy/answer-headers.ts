import { STATUS_CODES } from 'node:http'
import { HeaderList } from '../header-list.ts'

export const kongVersion = 'kong/3.9.3'

/** Types that nginx adds a charset to, Kong's `charset_types`. */
const charsetTypes = new Set([
  'text/html',
  'text/xml',
  'text/plain',
  'text/vnd.wap.wml',
  'application/javascript',
  'application/rss+xml',
])

/** Names the charset of a text that does not say it, as nginx does. */
export function addCharset(headers: HeaderList, status: number): void {
  const type = headers.get('content-type')
  if (type === undefined || status === 301 || status === 302 || type.includes(';')) return
  if (charsetTypes.has(type.toLowerCase())) headers.set('Content-Type', `${type}; charset=UTF-8`)
}

/** What ends at this hop, and what services say to nginx itself. */
const ended = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'x-pad',
  'x-accel-expires',
  'x-accel-redirect',
  'x-accel-limit-rate',
  'x-accel-buffering',
  'x-accel-charset',
])
const lengthsOfEnded = new Set([...ended].map((name) => name.length))

/** The headers of a service's answer, in the flat form that it came in (undici's are bytes), without what ends here. */
export function answerHeaders(raw: ReadonlyArray<string | Buffer>): HeaderList {
  const kept: string[] = []
  let named: string | undefined
  for (let index = 0; index < raw.length; index += 2) {
    const name = textOf(raw[index])
    const value = textOf(raw[index + 1])
    const key = lengthsOfEnded.has(name.length) ? name.toLowerCase() : ''
    if (!ended.has(key)) kept.push(name, value)
    else if (key === 'connection' && value !== 'keep-alive' && value !== 'close') named = `${named ?? ''},${value}`
  }
  const headers = new HeaderList(kept)
  for (const name of named?.split(',') ?? []) headers.remove(name.trim())
  return headers
}

function textOf(part: string | Buffer | undefined): string {
  return typeof part === 'string' ? part : (part?.toString('latin1') ?? '')
}

/** Statuses that nginx has a reason for; others go out without one. */
const knownReasons = /^(20[0-6]|30[1-478]|40\d|41[0-6]|421|429|50[0-57])$/

/** What stands behind the status of an answer that the edge makes. */
export function reasonOf(status: number): string {
  return knownReasons.test(String(status)) ? (STATUS_CODES[status] ?? '') : ''
}

import { STATUS_CODES } from 'node:http'
import type { HeaderList } from '../header-list.ts'

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
  if (charsetTypes.has(type.toLowerCase()) && !headers.has('content-encoding')) {
    headers.set('Content-Type', `${type}; charset=UTF-8`)
  }
}

/** Removes what ends at this hop from a service's answer. */
export function dropHopHeaders(headers: HeaderList): void {
  for (const line of headers.getAll('connection')) {
    for (const name of line.split(',')) headers.remove(name.trim())
  }
  for (const name of ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'trailer']) {
    headers.remove(name)
  }
}

/** Statuses that nginx has a reason for; others go out without one. */
const knownReasons = /^(20[0-6]|30[1-478]|40\d|41[0-6]|421|429|50[0-57])$/

/** What stands behind the status of an answer that the edge makes. */
export function reasonOf(status: number): string {
  return knownReasons.test(String(status)) ? (STATUS_CODES[status] ?? '') : ''
}

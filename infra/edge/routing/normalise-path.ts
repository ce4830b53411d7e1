import { isUtf8 } from 'node:buffer'

/** What a percent-encoding of stays one: characters with a meaning of their own in a URI (RFC 3986, 2.2), and '%'. */
const reserved = /[!#$%&'()*+,/:;=?@[\]]/
const encoded = /%[\da-f]{2}/gi

/** Whether nothing of a path needs to be changed or looked at: by far the most. */
const isPlain = /^(?:\/[\w~!$&'()*+,;=:@-][\w.~!$&'()*+,;=:@-]*)+\/?$|^\/$/

/**
 * A request's path as routes see it: decoded but for reserved characters (their encodings are in upper case), slashes
 * merged, dot segments resolved. Undefined where nginx refuses it: a broken encoding, a NUL byte, or a climb above the
 * root. Empty where it is no UTF-8, which Kong's router cannot read.
 */
export function normalisePath(path: string): string | undefined {
  if (isPlain.test(path)) return path
  if (/%(?![\da-f]{2})|%00/i.test(path) || climbs(path.replaceAll(encoded, characterOf))) return undefined
  const decoded = path.replaceAll(encoded, (code) => {
    const character = characterOf(code)
    return reserved.test(character) ? code.toUpperCase() : character
  })
  const bytes = Buffer.from(decoded, 'latin1')
  return isUtf8(bytes) ? resolveSegments(bytes.toString()) : ''
}

/** A normalised path as a request line may hold it. */
export function escapePath(path: string): string {
  return path.replaceAll(/[^\w!#$&'()*+,/:;=?@[\].~%-]/gu, encodeURIComponent)
}

function characterOf(code: string): string {
  return String.fromCharCode(Number.parseInt(code.slice(1), 16))
}

/** Whether '..' leads above the root; for nginx an encoded slash is one too. */
function climbs(path: string): boolean {
  let depth = 0
  for (const segment of path.split('/')) {
    if (segment === '..') depth--
    else if (segment !== '' && segment !== '.') depth++
    if (depth < 0) return true
  }
  return false
}

function resolveSegments(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const isFolder = /\/\.{0,2}$/.test(path)
  return kept.length === 0 ? '/' : `/${kept.join('/')}${isFolder ? '/' : ''}`
}

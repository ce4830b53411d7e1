/** Letters, digits and `-._~`: what a percent-encoding stands for needlessly (RFC 3986, 2.3). */
const unreserved = /[\w.~-]/

/** Whether nothing of a path needs to be changed or looked at: by far the most. */
const isPlain = /^(?:\/[\w~!$&'()*+,;=:@-][\w.~!$&'()*+,;=:@-]*)+\/?$|^\/$/

/**
 * A request's path as routes see it and services get it: needless percent-encodings decoded, others in upper case,
 * slashes merged, dot segments resolved. Undefined where it is none: a broken encoding, a NUL byte, or a climb above
 * the root.
 */
export function normalisePath(path: string): string | undefined {
  return isPlain.test(path) ? path : escapeRest(withoutDetours(path))
}

/** The same, with the bytes that a request line should not hold as they are. */
export function withoutDetours(path: string): string | undefined {
  const decoded = path.includes('%') ? decodeUnreserved(path) : path
  return decoded === undefined ? undefined : resolveSegments(decoded)
}

function decodeUnreserved(path: string): string | undefined {
  if (/%(?![\da-f]{2})|%00/i.test(path)) return undefined
  return path.replaceAll(/%[\da-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return unreserved.test(character) ? character : encoded.toUpperCase()
  })
}

function resolveSegments(path: string): string | undefined {
  const kept: string[] = []
  const segments = path.split('/').filter((segment) => segment !== '')
  for (const segment of segments) {
    if (segment === '.') continue
    if (segment !== '..') kept.push(segment)
    else if (kept.pop() === undefined) return undefined
  }
  const isFolder = /\/\.{0,2}$/.test(path)
  return kept.length === 0 ? '/' : `/${kept.join('/')}${isFolder ? '/' : ''}`
}

/** Bytes that a request line should not hold go on encoded. */
function escapeRest(path: string | undefined): string | undefined {
  return path?.replaceAll(/["<>\\^`{|}\u0080-\u00ff]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}

const base = 'http://local.invalid'

/** A return address may be so long; the edge takes no longer URL than twice that. */
const maxLength = 4096

/**
 * The path on this site, with its query, that a `return` parameter names; `fallback` where it names anything else, such
 * as another host in one of the spellings that browsers understand.
 */
export function localPathOf(given: string | undefined, fallback: string): string {
  if (given === undefined || given.length > maxLength) return fallback
  // Printable ASCII without a backslash: browsers drop tabs and line feeds, and read `\` as `/`.
  if (!/^\/[\x21-\x5b\x5d-\x7e]*$/.test(given) || !URL.canParse(given, base)) return fallback
  const { origin, pathname, search } = new URL(given, base)
  return origin === base && !pathname.startsWith('//') ? pathname + search : fallback
}

import { isRegexPath, regexOfPath } from '../declarative/route-path.ts'
import type { HeaderList } from '../header-list.ts'

/** How much of a path matches, and a regex's captures, by name and, as Kong has them too, by position. */
export interface PathMatch {
  readonly length: number
  readonly captures: Readonly<Record<string, string>>
}

/** Of a path in kong.yml: plain, or a regex `~/…`; a route without paths matches nothing of any. */
export function pathMatcher(path = ''): (asked: string) => PathMatch | undefined {
  if (!isRegexPath(path)) {
    const match = { length: path.length, captures: {} }
    return (asked) => (asked.startsWith(path) ? match : undefined)
  }
  const regex = regexOfPath(path)
  return (asked) => {
    const match = regex.exec(asked)
    if (!match) return undefined
    const byPosition = match.slice(1).map((value: string | undefined, index) => [index + 1, value ?? ''])
    return { length: match[0].length, captures: { ...match.groups, ...Object.fromEntries(byPosition) } }
  }
}

/**
 * Of a host in kong.yml: `films.example`, `*.example`, `films.*`, each with `:port` or without. A Host header's name and
 * the port that the request came in on are compared with it.
 */
export function hostMatcher(pattern: string): (host: string, port: number) => boolean {
  const [host, port] = splitPort(pattern)
  const matches = (asked: string): boolean => {
    if (host.startsWith('*')) return asked.endsWith(host.slice(1))
    return host.endsWith('*') ? asked.startsWith(host.slice(0, -1)) : asked === host
  }
  return port === undefined ? matches : (asked, askedPort) => askedPort === port && matches(asked)
}

/** `host:port` in two; the port is undefined where there is none. Brackets of an IPv6 address stay. */
export function splitPort(authority: string): [host: string, port: number | undefined] {
  const match = /^(.*):(\d+)$/.exec(authority)
  const host = match?.[1] ?? authority
  return match && (!host.includes(':') || host.endsWith(']')) ? [host, Number(match[2])] : [authority, undefined]
}

/**
 * Of one header of a route: any of its values, without case, or a regex `~*…`; any line of the header may match. Kong
 * looks for the name with underscores before that with hyphens.
 */
export function headerMatcher(name: string, values: readonly string[]): (headers: HeaderList) => boolean {
  const tests = values.map((value) => testOf(value.toLowerCase()))
  const underscored = name.replaceAll('-', '_')
  return (headers) => {
    const found = headers.has(underscored) ? underscored : name
    if (!headers.has(found)) return false
    return headers.getAll(found).some((line) => tests.some((test) => test(line.toLowerCase())))
  }
}

function testOf(value: string): (line: string) => boolean {
  if (!value.startsWith('~*')) return (line) => line === value
  const regex = new RegExp(value.slice(2))
  return (line) => regex.test(line)
}

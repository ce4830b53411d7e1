/** Whether a Host header (port split off) and the port that the request came in on are one of a route's hosts. */
export type HostMatcher = (host: string, port: number) => boolean

/** Of a host in kong.yml: `films.example`, `*.example`, `films.*`, each with `:port` or without. */
export function hostMatcher(pattern: string): HostMatcher {
  const [host, port] = splitPort(pattern)
  const matches = matcherOf(host)
  return port === undefined ? matches : (asked, askedPort) => askedPort === port && matches(asked)
}

function matcherOf(pattern: string): (host: string) => boolean {
  if (pattern.startsWith('*')) return (host) => host.endsWith(pattern.slice(1))
  if (pattern.endsWith('*')) return (host) => host.startsWith(pattern.slice(0, -1))
  return (host) => host === pattern
}

/** `host:port` in two; the port is undefined where there is none. Brackets of an IPv6 address stay. */
export function splitPort(authority: string): [host: string, port: number | undefined] {
  const match = /^(.*):(\d+)$/.exec(authority)
  const host = match?.[1] ?? authority
  return match && (!host.includes(':') || host.endsWith(']')) ? [host, Number(match[2])] : [authority, undefined]
}

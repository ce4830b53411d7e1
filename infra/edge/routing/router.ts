import { setWithin } from '../bounded-map.ts'
import type { RouteEntity } from '../declarative/entities.ts'
import { isRegexPath } from '../declarative/route-path.ts'
import type { HeaderList } from '../header-list.ts'
import type { Connection } from '../proxy/connections.ts'
import type { RequestHead } from '../proxy/request-head.ts'
import { headerMatcher, hostMatcher, pathMatcher, splitPort, type PathMatch } from './matchers.ts'

/** What routes look at of a request. */
export interface Routable {
  readonly method: string
  /** Hosts are compared with case. */
  readonly head: Pick<RequestHead, 'path' | 'host'>
  readonly headers: HeaderList
  readonly connection: Pick<Connection, 'localPort'>
}

export interface RouteMatch {
  readonly route: RouteEntity
  /** How much of the path the route's own path matched; 0 where the route has none. */
  readonly matchedLength: number
  readonly captures: Readonly<Record<string, string>>
}

/** The candidates that a path leaves, with how much of it each matched. */
type OfPath = ReadonlyArray<readonly [candidate: Candidate, matched: PathMatch]>

/** Paths whose candidates are remembered. */
const mostPaths = 1000

/** A route with one of its paths: Kong splits routes so that each part has one priority. */
interface Candidate {
  readonly route: RouteEntity
  readonly priority: readonly number[]
  readonly methods: readonly string[]
  readonly hosts: ReadonlyArray<ReturnType<typeof hostMatcher>>
  readonly headers: ReadonlyArray<ReturnType<typeof headerMatcher>>
  readonly path: ReturnType<typeof pathMatcher>
}

/**
 * Kong's router, flavour traditional_compatible. The route with more kinds of matchers wins, then exact hosts, more
 * headers, a regex path, the higher regex_priority, the longer plain path, and the larger id. Compiled once.
 */
export class Router {
  readonly #candidates: readonly Candidate[]
  readonly #remembered = new Map<string, OfPath>()

  constructor(routes: readonly RouteEntity[]) {
    this.#candidates = routes
      .filter(({ service }) => service?.enabled !== false)
      .flatMap(candidatesOf)
      .toSorted(byPriority)
  }

  find(request: Routable): RouteMatch | undefined {
    const { method, headers } = request
    const { path, host } = request.head
    if (path === '') return undefined
    for (const [candidate, matched] of this.#remembered.get(path) ?? this.#remember(path)) {
      if (candidate.methods.length > 0 && !candidate.methods.includes(method)) continue
      if (candidate.hosts.length > 0) {
        const [name] = splitPort(host)
        if (!candidate.hosts.some((matches) => matches(name, request.connection.localPort))) continue
      }
      if (!candidate.headers.every((matches) => matches(headers))) continue
      return { route: candidate.route, matchedLength: matched.length, captures: matched.captures }
    }
    return undefined
  }

  #remember(path: string): OfPath {
    const found: OfPath = this.#candidates.flatMap((candidate) => {
      const matched = candidate.path(path)
      return matched ? [[candidate, matched] as const] : []
    })
    setWithin(this.#remembered, mostPaths, path, found)
    return found
  }
}

function candidatesOf(route: RouteEntity): Candidate[] {
  const shared = {
    route,
    methods: route.methods,
    hosts: route.hosts.map(hostMatcher),
    headers: Object.entries(route.headers).map(([name, values]) => headerMatcher(name, values)),
  }
  const paths = route.paths.length > 0 ? route.paths : [undefined]
  return paths.map((path) => ({
    ...shared,
    priority: priorityOf(route, path),
    path: pathMatcher(path),
  }))
}

function priorityOf({ methods, hosts, headers, regex_priority }: RouteEntity, path: string | undefined): number[] {
  const headerCount = Object.keys(headers).length
  const kinds = [methods.length, hosts.length, headerCount, path === undefined ? 0 : 1].filter((count) => count > 0)
  const hasExactHosts = hosts.length > 0 && !hosts.some((host) => host.includes('*'))
  const isRegex = path !== undefined && isRegexPath(path)
  return [
    kinds.length,
    Number(hasExactHosts),
    headerCount,
    Number(isRegex),
    isRegex ? regex_priority : 0,
    isRegex ? 0 : (path?.length ?? 0),
  ]
}

function byPriority(a: Candidate, b: Candidate): number {
  const at = a.priority.findIndex((value, index) => value !== b.priority[index])
  if (at >= 0) return (b.priority[at] ?? 0) - (a.priority[at] ?? 0)
  if (a.route.id === b.route.id) return 0
  return a.route.id < b.route.id ? 1 : -1
}

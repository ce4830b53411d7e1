import type { RouteEntity } from '../declarative/entities.ts'
import { escapePath } from './normalise-path.ts'

/** What a matched request's path comes to behind the edge. */
export interface ServicePath {
  readonly path: string
  /** What was cut off (X-Forwarded-Prefix); undefined where nothing was, or the root alone. */
  readonly strippedPrefix: string | undefined
}

/** The client's path without what its route matched (strip_path), joined to the service's own path. */
export function servicePathOf(route: RouteEntity, clientPath: string, matchedLength: number): ServicePath {
  const base = route.service?.path ?? '/'
  if (!route.strip_path || matchedLength === 0) {
    return { path: escapePath(joinWhole(base, clientPath)), strippedPrefix: undefined }
  }
  const prefix = escapePath(clientPath.slice(0, matchedLength))
  const rest = withoutLeadingDots(clientPath.slice(matchedLength))
  return { path: escapePath(joinRest(base, rest, clientPath)), strippedPrefix: prefix === '/' ? undefined : prefix }
}

function joinWhole(base: string, path: string): string {
  if (base === '/') return path
  if (base.endsWith('/')) return base + path.slice(1)
  return path === '/' ? base : base + path
}

function joinRest(base: string, rest: string, path: string): string {
  const bare = base.endsWith('/') ? base.slice(0, -1) : base
  if (rest !== '') return rest.startsWith('/') ? bare + rest : `${bare}/${rest}`
  const isFolder = path.endsWith('/') && (path.length > 1 || base.endsWith('/'))
  return isFolder || bare === '' ? `${bare}/` : bare
}

/** What is left after a prefix that ends inside a segment must not become a climb. */
function withoutLeadingDots(rest: string): string {
  return rest === '.' || rest === '..' ? '' : rest.replace(/^\.\.?\//, '')
}

import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ServiceConfig, SharedSecrets } from './config.ts'

/** Who asks, as the edge established it. */
export interface Identity {
  /** The client application's name at the edge; null for an anonymous call. */
  readonly consumer: string | null
  /** The signed-in person; null where an application asks for itself. */
  readonly userId: string | null
  /** OAuth2 scopes, such as `viewer:read`. */
  readonly scopes: readonly string[]
}

/** A call that no credential came with. */
export const anonymous: Identity = Object.freeze({ consumer: null, userId: null, scopes: Object.freeze([]) })

interface WithHeaders {
  readonly headers: IncomingHttpHeaders
}

/** Who asks: believed only beside the edge's secret, since anybody can send a header; anonymous otherwise. */
export function identityOf(request: WithHeaders, config: Pick<ServiceConfig, 'EDGE_SECRET'>): Identity {
  if (!isFromEdge(request, config)) return anonymous
  const { headers } = request
  if (headers['x-anonymous-consumer'] === 'true') return anonymous
  return {
    consumer: single(headers['x-consumer-username']) ?? single(headers['x-consumer-id']),
    userId: single(headers['x-authenticated-userid']),
    scopes: (single(headers['x-authenticated-scope']) ?? '').split(' ').filter((scope) => scope !== ''),
  }
}

/** Whether a call came through the edge: then what it says about the client's address and scheme is true. */
export function isFromEdge({ headers }: WithHeaders, config: Pick<ServiceConfig, 'EDGE_SECRET'>): boolean {
  return isOneOf(config.EDGE_SECRET, headers['x-edge-secret'])
}

/** Whether a call comes from the supergraph, which alone knows the service secret. */
export function isTrustedService({ headers }: WithHeaders, config: Pick<ServiceConfig, 'SERVICE_SECRET'>): boolean {
  return isOneOf(config.SERVICE_SECRET, headers['x-service-secret'])
}

// Digests have one length and each is looked at, so that the comparison takes the same time for every guess.
function isOneOf(secrets: SharedSecrets, given: string | string[] | undefined): boolean {
  if (typeof given !== 'string') return false
  const digest = digestOf(given)
  let isKnown = false
  for (const known of digestsOf(secrets)) isKnown = timingSafeEqual(digest, known) || isKnown
  return isKnown
}

function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

/** Those of a process's own secrets, which it compares several times for every request. */
const ownDigests = new WeakMap<SharedSecrets, readonly Buffer[]>()

function digestsOf(secrets: SharedSecrets): readonly Buffer[] {
  const digests = ownDigests.get(secrets) ?? secrets.map(digestOf)
  ownDigests.set(secrets, digests)
  return digests
}

function single(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && header !== '' ? header : null
}

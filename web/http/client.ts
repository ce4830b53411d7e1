import { isIP, isIPv6 } from 'node:net'
import type { ServiceConfig } from '@movieverse/service/config.ts'
import { isFromEdge } from '@movieverse/service/identity.ts'
import type { FastifyRequest } from 'fastify'

/** How a browser reaches us, as far as that can be believed. */
export interface Client {
  /** Whether the browser speaks https with us or with the edge; in production it always does. */
  readonly isSecure: boolean
  /** Its IP address, or an IPv6 network of 64 bits, since one household has all of that. */
  readonly network: string
}

type ClientConfig = Pick<ServiceConfig, 'EDGE_SECRET' | 'NODE_ENV'>

/** Scheme and address come from the edge beside its secret, and from the connection otherwise. */
export function clientOf(request: Pick<FastifyRequest, 'headers' | 'ip'>, config: ClientConfig): Client {
  const isBehindEdge = isFromEdge(request, config)
  const { 'x-forwarded-proto': scheme, 'x-real-ip': address } = request.headers
  return {
    isSecure: config.NODE_ENV === 'production' || (isBehindEdge && scheme === 'https'),
    network: networkOf(isBehindEdge && typeof address === 'string' && isIP(address) ? address : request.ip),
  }
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? []
  const groups = head.split(':').filter((group) => group !== '')
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - tail.split(':').filter(Boolean).length)
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail?.split(':') ?? [])]
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

import type { FastifyRequest } from 'fastify'
import { anonymous, identityOf } from '@movieverse/service/identity.ts'
import type { ServiceConfig } from '@movieverse/service/config.ts'
import type { CallHeaders } from './gateway-services.ts'

/** How a call is followed through services, and the region that the client chose for fields that name none. */
const everybodys = ['traceparent', 'tracestate', 'x-region'] as const

/** Who the edge says is asking; worth something only beside its secret, which goes along for the services to check. */
const identity = [
  'x-edge-secret',
  'x-consumer-id',
  'x-consumer-username',
  'x-consumer-custom-id',
  'x-anonymous-consumer',
  'x-credential-identifier',
  'x-authenticated-scope',
  'x-authenticated-userid',
] as const

/** The headers that a client's request gives its calls of subgraphs: these and no others, never authorization. */
export function callHeaders(
  request: FastifyRequest,
  config: Pick<ServiceConfig, 'EDGE_SECRET' | 'SERVICE_SECRET'>,
): CallHeaders {
  const headers: Record<string, string> = { 'x-request-id': request.id, 'x-service-secret': config.SERVICE_SECRET[0] }
  const allowed = identityOf(request, config) === anonymous ? everybodys : [...everybodys, ...identity]
  for (const name of allowed) {
    const value = request.headers[name]
    if (typeof value === 'string') headers[name] = value
  }
  return headers
}

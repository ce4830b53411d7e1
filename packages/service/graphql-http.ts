import { Transform } from 'node:stream'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { PublicError } from './errors.ts'
import { acceptsGraphqlResponse } from './graphql-errors.ts'

/** Largest body, in bytes, of a call between services: an entity call carries the keys of a whole answer. */
const trustedBodyLimitBytes = 4 * 1024 * 1024

export interface GraphqlRouteOptions {
  /** Largest body, in bytes, of a call from outside. */
  readonly bodyLimitBytes: number
  readonly isTrusted: (request: FastifyRequest) => boolean
}

type MercuriusRouteOptions = Omit<RouteOptions, 'handler' | 'wsHandler' | 'method' | 'url'>

/**
 * Mercurius' additionalRouteOptions for the endpoint: bodies within their limit, requests of the right shape before
 * anything is coerced, answers in the media type that the client asked for (GraphQL over HTTP).
 */
export function graphqlRouteOptions({ bodyLimitBytes, isTrusted }: GraphqlRouteOptions): MercuriusRouteOptions {
  return {
    bodyLimit: trustedBodyLimitBytes,
    preParsing: async (request, _reply, payload) => {
      assertNoSimpleRequest(request)
      if (isTrusted(request)) return payload
      if (Number(request.headers['content-length']) > bodyLimitBytes) throw tooLarge(bodyLimitBytes)
      return request.headers['content-length'] === undefined ? payload.pipe(limited(bodyLimitBytes)) : payload
    },
    preValidation: async (request) => {
      if (request.headers.upgrade) return
      if (request.method === 'GET') assertGetRequest(request.query)
      else assertPostRequest(request.body)
    },
    onSend: async (request, reply) => {
      if (reply.statusCode === 405) reply.header('allow', 'POST')
      if (acceptsGraphqlResponse(request.headers.accept) && isJson(reply)) {
        reply.type('application/graphql-response+json; charset=utf-8')
      }
    },
  }
}

/** Headers that a page of another site cannot send without asking first (a CORS preflight); mercurius' own names. */
const preflightHeaders = ['mercurius-require-preflight', 'x-mercurius-operation-name']

/**
 * Throws CSRF_PREVENTION for a request that a form or an image of another site could make. Mercurius' own check would
 * also refuse every WebSocket, to which browsers can add no header.
 */
function assertNoSimpleRequest({ headers }: FastifyRequest): void {
  if (headers.upgrade) return
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/json' || type === 'application/graphql') return
  if (preflightHeaders.some((name) => headers[name] !== undefined)) return
  const how = 'send content-type: application/json, or the header mercurius-require-preflight: 1'
  throw new PublicError('CSRF_PREVENTION', `Refused as a possible cross-site request: ${how}`)
}

function isJson(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type')).startsWith('application/json')
}

function tooLarge(bytes: number): PublicError {
  return new PublicError('PAYLOAD_TOO_LARGE', `The request body is larger than ${bytes} bytes`)
}

/** Passes a body of unknown length on until it is too long. */
function limited(bytes: number): Transform {
  let received = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length
      done(received > bytes ? tooLarge(bytes) : null, chunk)
    },
  })
}

function assertPostRequest(body: unknown): void {
  if (Array.isArray(body)) throw malformed('must be one operation: several are not taken in one request')
  if (!isRecord(body)) throw malformed('must be a JSON object with a query')
  assertParameters(body)
  for (const name of ['variables', 'extensions']) {
    if (body[name] === null) delete body[name]
    else if (body[name] !== undefined && !isRecord(body[name])) throw malformed(`holds ${name} that are no object`)
  }
}

function assertGetRequest(query: unknown): void {
  if (!isRecord(query)) throw malformed('must hold a query')
  assertParameters(query)
  for (const name of ['variables', 'extensions']) {
    const value = query[name]
    if (value === undefined || value === '') continue
    if (typeof value !== 'string' || !isJsonObject(value)) throw malformed(`holds ${name} that are no JSON object`)
  }
}

function assertParameters({ query, operationName }: Record<string, unknown>): void {
  if (typeof query !== 'string' || query === '') throw malformed('must hold a query, which is a text')
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw malformed('holds an operationName that is no text')
  }
}

function malformed(reason: string): PublicError {
  return new PublicError('BAD_REQUEST', `The request ${reason}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return value === null || isRecord(value)
  } catch {
    return false
  }
}

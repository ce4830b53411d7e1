import { Transform } from 'node:stream'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { PublicError } from './errors.ts'
import { asksForStoredDocument, type OperationParameters, type ResolveDocument } from './graphql-documents.ts'
import { assertTokens, trustedLimits, type GraphqlLimits } from './graphql-limits.ts'
import { negotiateMediaType } from './graphql-media-type.ts'
import { setOperationNameAside } from './graphql-operation-name.ts'

/** Largest body, in bytes, of a call between services: an entity call carries the keys of a whole answer. */
const trustedBodyLimitBytes = 4 * 1024 * 1024

export interface GraphqlRouteOptions {
  /** Largest body, in bytes, of a call from outside. */
  readonly bodyLimitBytes: number
  readonly isTrusted: (request: FastifyRequest) => boolean
  /** Finds the text of documents that clients name by hash; without it they must send texts. */
  readonly resolveDocument?: ResolveDocument | undefined
  /** How many operations one request may hold, as a JSON array; 1 where it must be one. */
  readonly operationsPerRequest: number
  /** What the documents of one request may hold together. */
  readonly limits: GraphqlLimits
}

const newerType = 'application/graphql-response+json'

type MercuriusRouteOptions = Omit<RouteOptions, 'handler' | 'wsHandler' | 'method' | 'url'>

/**
 * Mercurius' additionalRouteOptions for the endpoint: bodies within their limit, requests of the right shape before
 * anything is coerced, answers in the media type that the client asked for (GraphQL over HTTP).
 */
export function graphqlRouteOptions({
  bodyLimitBytes,
  isTrusted,
  resolveDocument,
  operationsPerRequest,
  limits,
}: GraphqlRouteOptions): MercuriusRouteOptions {
  return {
    bodyLimit: trustedBodyLimitBytes,
    // Hooks call back, which spares a promise for each.
    preParsing: (request, _reply, payload, done) => {
      callBack(done, () => {
        assertNoSimpleRequest(request)
        const length = request.headers['content-length']
        if (isTrusted(request)) return payload
        if (Number(length) > bodyLimitBytes) throw tooLarge(bodyLimitBytes)
        return length === undefined ? payload.pipe(limited(bodyLimitBytes)) : payload
      })
    },
    preValidation: (request, _reply, done) => {
      callBack(done, () => {
        if (!Array.isArray(request.body) || operationsPerRequest === 1) return assertRequest(request, resolveDocument)
        if (negotiateMediaType(request.headers.accept) === null) throw notAcceptable()
        const texts = batchOf(request.body, operationsPerRequest).map((each) => queryOf(each, request, resolveDocument))
        return assertTokens(texts.join('\n'), isTrusted(request) ? trustedLimits : limits)
      })
    },
    onSend: (request, reply, payload, done) => {
      if (reply.statusCode === 405) reply.header('allow', 'POST')
      const vary = reply.getHeader('vary')
      reply.header('vary', vary === undefined ? 'Accept' : `${String(vary)}, Accept`)
      if (negotiateMediaType(request.headers.accept) === newerType && isJson(reply)) {
        reply.type(`${newerType}; charset=utf-8`)
      }
      done(null, payload)
    },
  }
}

/** Tells a hook's callback what came of it. */
function callBack<Value>(done: (error?: Error, value?: Value) => void, act: () => Value): void {
  let value: Value
  try {
    value = act()
  } catch (error) {
    // `as`: what is thrown here are errors.
    done(error as Error)
    return
  }
  done(undefined, value)
}

/** Throws where a request is none that the endpoint answers; finds the document that it names. */
function assertRequest(request: FastifyRequest, resolveDocument: ResolveDocument | undefined): void {
  if (request.ws) return
  if (negotiateMediaType(request.headers.accept) === null) throw notAcceptable()
  const parameters = request.method === 'GET' ? getParameters(request.query) : postParameters(request.body)
  queryOf(parameters, request, resolveDocument)
  setOperationNameAside(parameters, request)
}

/** Headers that a page of another site cannot send without asking first (a CORS preflight); mercurius' own names. */
const preflightHeaders = ['mercurius-require-preflight', 'x-mercurius-operation-name']

/**
 * Throws CSRF_PREVENTION for a request that a form or an image of another site could make. Mercurius' own check would
 * also refuse every WebSocket, to which browsers can add no header.
 */
function assertNoSimpleRequest({ method, headers, query, ws }: FastifyRequest): void {
  if (ws) return
  // What is stored here is no other site's doing, and by GET it changes nothing.
  if (method === 'GET' && isRecord(query) && query.query === undefined && asksForStoredDocument(query)) return
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

/** The parameters of several operations in one request. */
function batchOf(body: readonly unknown[], atMost: number): OperationParameters[] {
  if (body.length === 0) throw malformed('holds no operation')
  if (body.length > atMost) throw new PublicError('LIMIT_EXCEEDED', `The limit is ${atMost} operations in one request`)
  return body.map(postParameters)
}

/** The text of an operation's document, which is put in its place where the client named it by its hash. */
function queryOf(
  parameters: OperationParameters,
  request: FastifyRequest,
  resolveDocument: ResolveDocument | undefined,
): string {
  if (resolveDocument) resolveDocument(parameters, request)
  const { query } = parameters
  if (typeof query !== 'string' || query === '') throw malformed('must hold a query, which is a text')
  return query
}

/** The parameters of a request by POST: its body, of the right shape. */
function postParameters(body: unknown): OperationParameters {
  if (Array.isArray(body)) throw malformed('must be one operation: several are not taken in one request')
  if (!isRecord(body)) throw malformed('must be a JSON object with a query')
  assertParameters(body)
  for (const name of ['variables', 'extensions']) {
    if (body[name] === null) delete body[name]
    else if (body[name] !== undefined && !isRecord(body[name])) throw malformed(`holds ${name} that are no object`)
  }
  return body
}

/** The parameters of a request by GET: its query string, of the right shape. */
function getParameters(query: unknown): OperationParameters {
  if (!isRecord(query)) throw malformed('must hold a query')
  assertParameters(query)
  for (const name of ['variables', 'extensions']) {
    const value = query[name]
    if (value === undefined || value === '') continue
    if (typeof value !== 'string' || !isJsonObject(value)) throw malformed(`holds ${name} that are no JSON object`)
  }
  return query
}

function assertParameters({ query, operationName, documentId }: OperationParameters): void {
  if (query !== undefined && typeof query !== 'string') throw malformed('holds a query that is no text')
  if (!isTextOrNone(operationName)) throw malformed('holds an operationName that is no text')
  if (!isTextOrNone(documentId)) throw malformed('holds an id of a document that is no text')
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string'
}

function notAcceptable(): PublicError {
  return new PublicError('NOT_ACCEPTABLE', `Accept must allow ${newerType} or application/json, in utf-8`)
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

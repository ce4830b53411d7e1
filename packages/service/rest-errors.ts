import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { unavailabilityOf } from './database-errors.ts'
import { PublicError, type ErrorCode } from './errors.ts'

const statuses: Partial<Record<ErrorCode, number>> = {
  NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_HEADERS: 431,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  UNSUPPORTED_MEDIA_TYPE: 415,
  // What nginx logs for a client that closed its connection: nobody reads it.
  CANCELLED: 499,
  SERVICE_UNAVAILABLE: 503,
  SUBGRAPH_UNAVAILABLE: 503,
  SUBGRAPH_TIMEOUT: 504,
  SUBGRAPH_INVALID_RESPONSE: 502,
  INTERNAL_SERVER_ERROR: 500,
}

/** The HTTP status that answers an error code outside GraphQL; 400 unless another one fits. */
export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? 400
}

/** Whether an error is our fault, and not its client's: one that is answered with 500 or more, or that has no code at all. */
export function isOurFault(code: ErrorCode | undefined): boolean {
  return code === undefined || statusOf(code) >= 500
}

const byStatus: Partial<Record<number, ErrorCode>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}

/**
 * What a client may read of anything that was thrown: a PublicError as it is, a request that Fastify refused with its
 * text, a database that does not answer as SERVICE_UNAVAILABLE; null for everything else, which stays inside.
 */
export function publicErrorOf(error: unknown): PublicError | null {
  if (error instanceof PublicError) return error
  if (isFastifyRefusal(error)) {
    const code = byStatus[error.statusCode] ?? (error.validation ? 'BAD_USER_INPUT' : 'BAD_REQUEST')
    return new PublicError(code, error.message, {}, { cause: error })
  }
  return unavailabilityOf(error)
}

function isFastifyRefusal(error: unknown): error is FastifyError & { statusCode: number } {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return false
  const { code, statusCode } = error
  return /^(FST_|MER_)/.test(String(code)) && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
}

/** The JSON body of an error outside GraphQL. */
export function restBodyOf({ code, message, details }: PublicError): object {
  return { error: { code, message, ...details } }
}

/** Fastify's error handler: logs what is not public with its cause and tells the client no more than that. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = publicErrorOf(error)
  if (!known || known.cause)
    request.log[known && statusOf(known.code) < 500 ? 'info' : 'error']({ err: error }, 'request failed')
  const answer = known ?? new PublicError('INTERNAL_SERVER_ERROR', 'Internal server error')
  return reply.code(statusOf(answer.code)).type('application/json; charset=utf-8').send(restBodyOf(answer))
}

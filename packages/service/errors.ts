/** Codes that clients may rely on; an error's text may change, its code does not. */
export type ErrorCode =
  | 'BAD_REQUEST'
  | 'BAD_USER_INPUT'
  | 'INVALID_CURSOR'
  | 'UNKNOWN_REGION'
  | 'REGION_REQUIRED'
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'UNAUTHENTICATED'
  | 'LIMIT_EXCEEDED'
  | 'PAYLOAD_TOO_LARGE'
  | 'TOO_MANY_HEADERS'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_ACCEPTABLE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'CSRF_PREVENTION'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'TRUSTED_DOCUMENT_REQUIRED'
  | 'SERVICE_UNAVAILABLE'
  | 'SUBGRAPH_UNAVAILABLE'
  | 'SUBGRAPH_TIMEOUT'
  | 'SUBGRAPH_INVALID_RESPONSE'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'CANCELLED'
  | 'INTERNAL_SERVER_ERROR'

/** What a client may read of an error besides its text: for bad input the argument's path and the reason. */
export interface ErrorDetails {
  readonly field?: string
  readonly service?: string
}

/**
 * The only error whose text a client may read. Anything else that is thrown is logged with its cause and answered as
 * INTERNAL_SERVER_ERROR.
 */
export class PublicError extends Error {
  override readonly name = 'PublicError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }

  /** What graphql copies into an error of its own, so that the code is there wherever one is made of this. */
  get extensions(): { readonly code: ErrorCode } & ErrorDetails {
    return { code: this.code, ...this.details }
  }
}

/** Refuses an argument: `badUserInput('first', 'must be between 1 and 100')`. */
export function badUserInput(field: string, reason: string): PublicError {
  return new PublicError('BAD_USER_INPUT', `${field} ${reason}`, { field })
}

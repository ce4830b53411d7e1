import { PublicError, type ErrorCode } from '@movieverse/service/errors.ts'
import { isRow } from '../planner/representations.ts'

const messages = {
  SUBGRAPH_UNAVAILABLE: 'cannot be reached',
  SUBGRAPH_TIMEOUT: 'did not answer in time',
  SUBGRAPH_INVALID_RESPONSE: 'gave no usable answer',
} as const satisfies Partial<Record<ErrorCode, string>>

/** What a client may know of a failed call: which service and of which kind, never an address. The cause is for logs. */
export function publicFailure(service: string, error: unknown): PublicError {
  if (error instanceof PublicError) return error
  const cause = innermost(error)
  const code = codeOf(cause)
  return new PublicError(code, `${service} ${messages[code]}`, { service }, { cause })
}

function codeOf(cause: unknown): keyof typeof messages {
  if (!(cause instanceof Error)) return 'SUBGRAPH_UNAVAILABLE'
  if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return 'SUBGRAPH_TIMEOUT'
  const code = 'code' in cause ? cause.code : undefined
  if (cause instanceof SyntaxError || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'SUBGRAPH_INVALID_RESPONSE'
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
    ? 'SUBGRAPH_TIMEOUT'
    : 'SUBGRAPH_UNAVAILABLE'
}

/** What happened first: @mercuriusjs/gateway wraps it in errors with `extensions.errors`, once or twice. */
function innermost(error: unknown): unknown {
  const extensions = error instanceof Error && 'extensions' in error ? error.extensions : undefined
  const errors = isRow(extensions) && Array.isArray(extensions.errors) ? extensions.errors : []
  return errors.length > 0 ? innermost(errors[0]) : error
}

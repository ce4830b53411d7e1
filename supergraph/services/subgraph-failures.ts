import { PublicError, type ErrorCode } from '@movieverse/service/errors.ts'
import { isRow } from '../planner/representations.ts'

const kinds = {
  /** No connection, or one that broke. */
  unreachable: ['SUBGRAPH_UNAVAILABLE', 'cannot be reached'],
  timeout: ['SUBGRAPH_TIMEOUT', 'did not answer in time'],
  /** Its operation's time was up before it had much of its own, or before it was even asked: no fault of the service. */
  late: ['SUBGRAPH_TIMEOUT', 'did not answer in time'],
  /** A status of 500 or more without a GraphQL answer. */
  failing: ['SUBGRAPH_UNAVAILABLE', 'gave no usable answer'],
  /** What came is no GraphQL answer, or too large. */
  unusable: ['SUBGRAPH_INVALID_RESPONSE', 'gave no usable answer'],
  /** Not asked, since it failed too often. */
  refused: ['SUBGRAPH_UNAVAILABLE', 'cannot be reached'],
  /** Not asked, since too many calls wait for it. */
  crowded: ['SUBGRAPH_UNAVAILABLE', 'has too many calls to answer'],
  /** Given up with the client's request. */
  cancelled: ['CANCELLED', 'was not waited for'],
} as const satisfies Record<string, readonly [ErrorCode, string]>

export type FailureKind = keyof typeof kinds

/** A call without an answer. A client reads which service it was and why, never an address; the cause is for logs. */
export class SubgraphFailure extends PublicError {
  readonly kind: FailureKind

  constructor(service: string, kind: FailureKind, options?: ErrorOptions) {
    const [code, message] = kinds[kind]
    super(code, `${service} ${message}`, { service }, options)
    this.kind = kind
  }
}

/** What a failed request means for its call. */
export function failureOf(service: string, error: unknown): SubgraphFailure {
  const cause = innermost(error)
  return cause instanceof SubgraphFailure ? cause : new SubgraphFailure(service, kindOf(cause), { cause })
}

function kindOf(cause: unknown): FailureKind {
  if (isTimeout(cause)) return 'timeout'
  const code = codeOf(cause)
  // Whatever happens to connections has a code; what does not came of reading an answer.
  return code === undefined || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? 'unusable' : 'unreachable'
}

const connectCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Whether there was no connection, so that nothing was sent and even a mutation may be sent elsewhere. */
export function isConnectError(error: unknown): boolean {
  return connectCodes.has(codeOf(error))
}

/** Whether it was given up because it took too long. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** What happened first: @mercuriusjs/gateway wraps it in errors with `extensions.errors`, once or twice. */
function innermost(error: unknown): unknown {
  const extensions = error instanceof Error && 'extensions' in error ? error.extensions : undefined
  const errors = isRow(extensions) && Array.isArray(extensions.errors) ? extensions.errors : []
  return errors.length > 0 ? innermost(errors[0]) : error
}

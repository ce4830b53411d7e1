/** What became of one attempt to reach a service, and what the client is told if it was the last. */
export interface Failure {
  readonly kind: 'refused' | 'timeout' | 'unresolved' | 'invalid'
  readonly status: number
  readonly message: string
  readonly isRetried: boolean
}

const invalidResponse = 'An invalid response was received from the upstream server'

const refused: Failure = { kind: 'refused', status: 502, message: invalidResponse, isRetried: true }
const invalid: Failure = { kind: 'invalid', status: 502, message: invalidResponse, isRetried: false }
const timeout: Failure = { kind: 'timeout', status: 504, message: 'The upstream server is timing out', isRetried: true }
const unresolved: Failure = { kind: 'unresolved', status: 503, message: 'name resolution failed', isRetried: false }

/** No target is healthy, or there is none. */
export const noPeer: Failure = {
  kind: 'refused',
  status: 503,
  message: 'failure to get a peer from the ring-balancer',
  isRetried: false,
}

/** The service did not begin its answer in time. */
export class HeadTimeout extends Error {
  override readonly name = 'HeadTimeout'
  readonly code = 'ETIMEDOUT'
}

/** Statuses of a call that was made in vain. */
export const failedCall: ReadonlySet<number> = new Set([502, 504])

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])
/** The same would happen again. */
const notRepeated = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'])
const nameErrors = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'ENODATA'])

export function failureOf(error: Error): Failure {
  const code = codeOf(error)
  if (timeouts.has(code)) return timeout
  if (nameErrors.has(code)) return unresolved
  return code.startsWith('HPE_') || notRepeated.has(code) ? invalid : refused
}

function codeOf(error: Error): string {
  if (error instanceof AggregateError) return codeOf(error.errors.find((one) => one instanceof Error) ?? new Error())
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

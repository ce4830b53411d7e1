import { isRow } from '../planner/representations.ts'
import type { SendRequest } from './resilient-service.ts'
import { attemptKey, type Attempt, type AttemptHeaders } from './subgraph-agent.ts'
import { failureOf, SubgraphFailure } from './subgraph-failures.ts'

/**
 * What this project uses of a service of @mercuriusjs/gateway beyond its documentation (exact pin, contract test): it
 * posts a body, rejects with a FederatedError, and adds a partial answer's errors to the context it was given.
 */
export interface ServiceInternals {
  sendRequest(request: {
    body: string
    headers: AttemptHeaders
    context: object
  }): Promise<{ json: unknown; statusCode: number }>
}

/** Sends through a service of @mercuriusjs/gateway. */
export function senderOf(name: string, service: ServiceInternals): SendRequest {
  return async ({ body, headers, signal, deadline, wantsBytes }) => {
    const attempt: Attempt = { headers, signal, deadline, wantsBytes, statusCode: 0, bytes: undefined }
    try {
      const { json } = await service.sendRequest({ body, headers: { [attemptKey]: attempt }, context: {} })
      const { statusCode, bytes } = attempt
      if (bytes) return { answer: { bytes, data: undefined, errors: [] }, statusCode }
      if (!isRow(json) || (json.data === undefined && !Array.isArray(json.errors))) throw new SyntaxError('no answer')
      const errors = Array.isArray(json.errors) ? json.errors : []
      return { answer: { data: json.data, errors }, statusCode }
    } catch (error) {
      const errors = answeredErrors(error)
      if (errors) return { answer: { data: undefined, errors }, statusCode: attempt.statusCode }
      const failure = failureOf(name, error)
      const isFailing = failure.kind === 'unusable' && attempt.statusCode >= 500
      throw isFailing ? new SubgraphFailure(name, 'failing', { cause: failure.cause }) : failure
    }
  }
}

/** The errors of an answer without data, which the gateway throws just as it throws what happened on the way. */
function answeredErrors(error: unknown): unknown[] | undefined {
  const extensions = error instanceof Error && 'extensions' in error ? error.extensions : undefined
  const errors = isRow(extensions) ? extensions.errors : undefined
  if (!Array.isArray(errors) || errors.length === 0 || errors.some((inner) => inner instanceof Error)) return undefined
  return errors
}

import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'

/** By which a request is found again in the logs of every process that it reached. */
export interface RequestTrace {
  readonly reqId: string
  /** Of the caller's `traceparent`; else the request id, where it is a UUID as the edge makes them. */
  readonly traceId: string | undefined
}

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The trace that a request belongs to (https://www.w3.org/TR/trace-context/). */
export function traceIdOf(headers: IncomingHttpHeaders, requestId: string): string | undefined {
  const given = headers['traceparent']
  const [, traceId] = (typeof given === 'string' && traceparent.exec(given)) || []
  if (traceId !== undefined && !/^0+$/.test(traceId)) return traceId
  return uuid.test(requestId) ? requestId.replaceAll('-', '') : undefined
}

interface CurrentRequest {
  readonly trace: RequestTrace
  readonly deadline: number | undefined
}

const requests = new AsyncLocalStorage<CurrentRequest>()

/**
 * Has everything that follows from `act`, statements of the database too, know the request that it is done for, and until
 * when (see request-deadline.ts). What is to outlive a request must not be started by one that has a deadline.
 */
export function traced(trace: RequestTrace, deadline: number | undefined, act: () => void): void {
  requests.run({ trace, deadline }, act)
}

/** The request that is being answered; undefined for what a process does by itself. */
export function currentTrace(): RequestTrace | undefined {
  return requests.getStore()?.trace
}

/** When nobody waits any more for what is being done; undefined where nobody said so. */
export function currentDeadline(): number | undefined {
  return requests.getStore()?.deadline
}

import type { IncomingHttpHeaders } from 'node:http'
import { PublicError } from './errors.ts'

/** Milliseconds that were left of a request's time when it was sent: the supergraph tells them, so that services stop where nobody waits. */
export const deadlineHeader = 'x-request-deadline-ms'

/** When nobody waits for the answer any more, on the clock of performance.now(); undefined where nobody said so. */
export function deadlineOf(headers: IncomingHttpHeaders): number | undefined {
  const left = headers[deadlineHeader]
  return typeof left === 'string' && /^\d{1,6}$/.test(left) ? performance.now() + Number(left) : undefined
}

/** Throws SERVICE_UNAVAILABLE where a deadline has passed. */
export function assertInTime(deadline: number | undefined): void {
  if (deadline !== undefined && performance.now() > deadline) {
    throw new PublicError('SERVICE_UNAVAILABLE', 'There was not enough time for this')
  }
}

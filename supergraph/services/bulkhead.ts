import type { Cancellation } from '@movieverse/service/hang-up.ts'
import { SubgraphFailure } from './subgraph-failures.ts'

/** How long a call is willing to wait. */
export interface Patience {
  readonly signal: Cancellation | undefined
  /** On the clock of performance.now(). */
  readonly deadline: number
}

/** Keeps one service's troubles to itself: so many calls at a time, so many waiting, and no more. */
export interface Bulkhead {
  /**
   * Settles when it is the call's turn. Rejects with a SubgraphFailure: at once where too many wait, and when the call's
   * time is up or its client is gone. Whoever got in calls leave() once.
   */
  enter(patience: Patience): Promise<void> | undefined
  leave(): void
}

export function createBulkhead(
  service: string,
  limits: { readonly concurrency: number; readonly queueLength: number },
  onCrowded: () => void,
): Bulkhead {
  let inside = 0
  // In order of arrival; each lets its call in.
  const waiting = new Set<() => void>()
  const wait = ({ signal, deadline }: Patience): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        waiting.delete(enter)
        clearTimeout(timer)
        signal?.removeEventListener('abort', cancel)
      }
      const enter = (): void => {
        settle()
        resolve()
      }
      const fail = (kind: 'timeout' | 'cancelled'): void => {
        settle()
        reject(new SubgraphFailure(service, kind))
      }
      const cancel = (): void => fail('cancelled')
      const timer = setTimeout(() => fail('timeout'), deadline - performance.now())
      signal?.addEventListener('abort', cancel)
      waiting.add(enter)
    })
  return {
    enter(patience) {
      if (inside < limits.concurrency) {
        inside += 1
        return undefined
      }
      if (waiting.size < limits.queueLength) return wait(patience)
      onCrowded()
      return Promise.reject(new SubgraphFailure(service, 'crowded'))
    },
    leave() {
      const [next] = waiting
      // The place goes straight to the one who waited longest.
      if (next) next()
      else inside -= 1
    },
  }
}

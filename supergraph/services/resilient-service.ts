import { setTimeout as wait } from 'node:timers/promises'
import type { SubgraphAnswer } from '../planner/execute.ts'
import { createBreaker, type Breaker } from './breaker.ts'
import { createBulkhead, type Patience } from './bulkhead.ts'
import type { CallPolicy } from './call-policy.ts'
import { createRetryBudget } from './retry-budget.ts'
import type { ServiceMetrics } from './service-metrics.ts'
import { failureOf, SubgraphFailure, type FailureKind } from './subgraph-failures.ts'

/** A call of a service: one request, or two where it is retried. */
export interface ServiceCall extends Patience {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether the body may be sent again where it may have arrived: never a mutation's. */
  mayRetry: boolean
  /** Whether the answer may come as its bytes; see CallOptions. */
  readonly wantsBytes: boolean
  /** Whether its operation left it so little time that a timeout is not held against the service. */
  readonly isHurried?: boolean
}

/** A service with everything between it and the others' troubles. */
export interface ResilientService {
  readonly name: string
  readonly breaker: Breaker
  /** Rejects with a SubgraphFailure. */
  call(call: ServiceCall): Promise<SubgraphAnswer>
}

/** Makes one request; rejects with a SubgraphFailure. */
export type SendRequest = (call: ServiceCall) => Promise<{ answer: SubgraphAnswer; statusCode: number }>

/** What a second request may mend. */
const retried: ReadonlySet<FailureKind> = new Set<FailureKind>(['unreachable', 'timeout', 'failing'])

/** A retry waits a moment of at most so many milliseconds, so that those of many calls do not come together. */
const longestJitterMs = 50

/** A GraphQL answer under a status of 500 or more: the client's, and yet a failure of the service. */
class AnsweredFailure extends Error {
  readonly answer: SubgraphAnswer

  constructor(answer: SubgraphAnswer) {
    super('a GraphQL answer with the status of a failure')
    this.answer = answer
  }
}

export function createResilientService(
  name: string,
  policy: Pick<CallPolicy, 'breakerFailures' | 'breakerResetMs' | 'concurrency' | 'queueLength'>,
  send: SendRequest,
  metrics: ServiceMetrics,
): ResilientService {
  const breaker = createBreaker(name, policy)
  const bulkhead = createBulkhead(name, policy, () => metrics.crowded(name))
  const budget = createRetryBudget()
  const request = measured(name, send, metrics)
  const inside = (call: ServiceCall): Promise<SubgraphAnswer> =>
    breaker.run((isProbe) => request(isProbe ? { ...call, signal: undefined, isHurried: false } : call))
  const left = (answer: SubgraphAnswer): SubgraphAnswer => {
    bulkhead.leave()
    return answer
  }
  const failed = (error: unknown): SubgraphAnswer => {
    bulkhead.leave()
    if (error instanceof AnsweredFailure) return error.answer
    throw error
  }
  const attempt = (call: ServiceCall): Promise<SubgraphAnswer> => {
    // Before it waits for its turn among calls that will be refused.
    if (breaker.isRefusing) return Promise.reject(new SubgraphFailure(name, 'refused'))
    const turn = bulkhead.enter(call)
    return turn ? turn.then(() => inside(call).then(left, failed)) : inside(call).then(left, failed)
  }
  const attemptAgain = async (call: ServiceCall, error: unknown): Promise<SubgraphAnswer> => {
    const failure = failureOf(name, error)
    const jitterMs = Math.random() * longestJitterMs
    const isWorthIt = call.mayRetry && retried.has(failure.kind) && !breaker.isRefusing
    if (!isWorthIt || performance.now() + jitterMs >= call.deadline || !budget.take()) throw failure
    await wait(jitterMs, undefined, { ref: false })
    metrics.retried(name)
    return attempt(call)
  }
  return {
    name,
    breaker,
    call(call) {
      budget.deposit()
      return attempt(call).catch((error: unknown) => attemptAgain(call, error))
    },
  }
}

/** Calls of a healthy service are many: here and in the breaker they are followed by callbacks, not by async functions. */
function measured(
  name: string,
  send: SendRequest,
  metrics: ServiceMetrics,
): (call: ServiceCall) => Promise<SubgraphAnswer> {
  return (call) => {
    const began = performance.now()
    const told = (outcome: string): void => metrics.requested(name, outcome, (performance.now() - began) / 1000)
    return send(call).then(
      ({ answer, statusCode }) => {
        told(statusCode < 500 ? 'ok' : 'failing')
        if (statusCode < 500) return answer
        throw new AnsweredFailure(answer)
      },
      (error: unknown) => {
        const isLate = call.isHurried && error instanceof SubgraphFailure && error.kind === 'timeout'
        const failure = isLate ? new SubgraphFailure(name, 'late') : error
        told(failure instanceof SubgraphFailure ? failure.kind : 'ok')
        throw failure
      },
    )
  }
}

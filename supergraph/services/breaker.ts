import CircuitBreaker from 'opossum'
import { SubgraphFailure } from './subgraph-failures.ts'

/** Stops asking a service that keeps failing, and finds out with one call at a time whether it is back. */
export interface Breaker {
  /** 0 closed, 1 half-open, 2 open. */
  readonly state: 0 | 1 | 2
  /** Whether a call would be refused now. */
  readonly isRefusing: boolean
  /**
   * Makes a call, or rejects with a SubgraphFailure `refused`. Whatever the call rejects with counts as a failure, except
   * that it was cancelled or late, which says nothing of the service. A probe should be neither: others wait for what
   * comes of it.
   */
  run<Answer>(call: (isProbe: boolean) => Promise<Answer>): Promise<Answer>
  close(): void
}

export interface BreakerLimits {
  readonly breakerFailures: number
  readonly breakerResetMs: number
}

/** Besides failures in a row, a service is not asked any more where over half of at least so many calls failed in 10 s. */
const volumeThreshold = 20

export function createBreaker(service: string, { breakerFailures, breakerResetMs }: BreakerLimits): Breaker {
  const circuit = createCircuit(service, breakerResetMs)
  let failuresInARow = 0
  const isRefusing = (): boolean => circuit.opened || (circuit.halfOpen && !circuit.pendingClose)
  const failed = (): void => {
    failuresInARow += 1
    // The rolling share alone would need as many failures as there were answers in the last seconds.
    if (failuresInARow >= breakerFailures) circuit.open()
  }
  const succeeded = <Answer>(answer: Answer): Answer => {
    failuresInARow = 0
    circuit.emit('fire', [])
    return answer
  }
  const failedWith = (reason: unknown): never => {
    if (!saysNothing(reason)) {
      failed()
      circuit.fire(async () => Promise.reject(reason)).catch(() => {})
    }
    throw reason
  }
  const probe = <Answer>(call: (isProbe: boolean) => Promise<Answer>): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const isProbe = circuit.halfOpen
      let settle: (() => void) | undefined
      const counted = async (): Promise<void> => {
        try {
          const answer = await call(isProbe)
          failuresInARow = 0
          settle = () => resolve(answer)
        } catch (error) {
          if (saysNothing(error)) {
            reject(error)
            // The circuit knows successes and failures only, and either would be wrong.
            return new Promise(() => {})
          }
          failed()
          throw error
        }
      }
      circuit.fire(counted).then(() => settle?.(), reject)
    })
  return {
    get state() {
      if (circuit.closed) return 0
      return circuit.halfOpen ? 1 : 2
    },
    get isRefusing() {
      return isRefusing()
    },
    run(call) {
      if (!circuit.closed) return isRefusing() ? Promise.reject(new SubgraphFailure(service, 'refused')) : probe(call)
      // The circuit makes several promises of a call; one that succeeds while it is closed only has to be counted.
      return call(false).then(succeeded, failedWith)
    },
    close: () => circuit.shutdown(),
  }
}

function createCircuit(service: string, breakerResetMs: number): CircuitBreaker<[() => Promise<void>], void> {
  return new CircuitBreaker(async (call: () => Promise<void>) => call(), {
    name: service,
    timeout: false,
    resetTimeout: breakerResetMs,
    volumeThreshold,
    errorThresholdPercentage: 50,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  })
}

function saysNothing(error: unknown): boolean {
  return error instanceof SubgraphFailure && (error.kind === 'cancelled' || error.kind === 'late')
}

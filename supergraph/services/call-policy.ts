import type { SupergraphConfig } from '../config.ts'

/** How the calls of one subgraph are treated; times in milliseconds. Every subgraph has the same policy. */
export interface CallPolicy {
  /** From the call to the last byte of its answer, retries and other services included. */
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  /** From sending a request to the first byte of its answer, connecting included. */
  readonly headersTimeoutMs: number
  /** From the first byte to the last. */
  readonly bodyTimeoutMs: number
  /** A larger answer is given up. */
  readonly maxAnswerBytes: number
  /** Requests to one subgraph at a time, and the calls that may wait for their turn. */
  readonly concurrency: number
  readonly queueLength: number
  /** Failures in a row after which a subgraph is not asked any more. */
  readonly breakerFailures: number
  /** How long it is not asked, until one call tries again. */
  readonly breakerResetMs: number
  /** Whether another region's service is asked where a region's own fails. */
  readonly hasRegionFailover: boolean
}

/** The policy that the environment sets. */
export function callPolicyOf(config: SupergraphConfig): CallPolicy {
  return {
    timeoutMs: config.SUBGRAPH_TIMEOUT_MS,
    connectTimeoutMs: config.SUBGRAPH_CONNECT_TIMEOUT_MS,
    headersTimeoutMs: config.SUBGRAPH_HEADERS_TIMEOUT_MS,
    bodyTimeoutMs: config.SUBGRAPH_BODY_TIMEOUT_MS,
    maxAnswerBytes: config.SUBGRAPH_MAX_ANSWER_BYTES,
    concurrency: config.SUBGRAPH_CONCURRENCY,
    queueLength: config.SUBGRAPH_QUEUE,
    breakerFailures: config.SUBGRAPH_BREAKER_FAILURES,
    breakerResetMs: config.SUBGRAPH_BREAKER_RESET_MS,
    hasRegionFailover: config.REGION_FAILOVER === 'on',
  }
}

import type { MercuriusGatewayService } from '@mercuriusjs/gateway'
import { Pool, type Dispatcher } from 'undici'
import type { Cancellation } from '@movieverse/service/hang-up.ts'
import { deadlineHeader } from '@movieverse/service/request-deadline.ts'
import { briefIdling } from '@movieverse/service/brief-idling.ts'
import { AnswerCollector, type CollectedResponse } from './answer-collector.ts'
import type { CallPolicy } from './call-policy.ts'
import type { CallHeaders } from './gateway-services.ts'
import { isConnectError, isTimeout, SubgraphFailure } from './subgraph-failures.ts'
import { createUpstreams } from './upstreams.ts'

/** What a request's agent has to know that @mercuriusjs/gateway would not pass on. */
export interface Attempt {
  /** Its own headers, besides those of every request. */
  readonly headers: CallHeaders
  /** Gives the request up. */
  readonly signal: Cancellation | undefined
  /** When its answer is worth nothing any more, on the clock of performance.now(). */
  readonly deadline: number
  /** The answer's, once there is one. */
  statusCode: number
  /** Whether an answer that can go to the client as it is need not be parsed; then these are its bytes. */
  readonly wantsBytes: boolean
  bytes: Buffer | undefined
}

/**
 * Where an attempt stands among its request's headers: @mercuriusjs/gateway copies those and hands nothing else to an
 * agent, and what is not a text is never sent.
 */
export const attemptKey = Symbol('attempt')

/** All that the gateway is given to copy. */
export interface AttemptHeaders {
  readonly [attemptKey]: Attempt
}

/** A subgraph's connections, as @mercuriusjs/gateway takes them. */
export interface SubgraphAgent {
  readonly dispatcher: NonNullable<MercuriusGatewayService['agent']>
  readonly close: () => Promise<void>
}

/** A URL of a subgraph and the connections to it. */
interface Target {
  readonly pool: Pool
  readonly path: string
}

type AgentPolicy = Pick<
  CallPolicy,
  'connectTimeoutMs' | 'headersTimeoutMs' | 'bodyTimeoutMs' | 'maxAnswerBytes' | 'concurrency'
>

/** Connections to a subgraph. A URL that cannot be reached, does not answer or is about to stop is skipped for a while. */
export function createSubgraphAgent(
  name: string,
  urls: readonly string[],
  policy: AgentPolicy,
  onMove: () => void,
): SubgraphAgent {
  const targets = urls.map((url) => targetOf(url, policy))
  const upstreams = createUpstreams(targets)
  const [only, another] = targets
  const requestAny = async (options: Dispatcher.RequestOptions): Promise<CollectedResponse> => {
    const attempt = attemptOf(options)
    const order = upstreams.order()
    for (const [index, target] of order.entries()) {
      try {
        const response = await send(name, target, options, attempt, policy)
        if (isLeaving(response)) upstreams.failed(target)
        else upstreams.answered(target)
        return response
      } catch (error) {
        const isUnreachable = isConnectError(error)
        if (isUnreachable || isTimeout(error)) upstreams.failed(target)
        const hasNext = index + 1 < order.length && attempt.deadline > performance.now()
        if (!isUnreachable || !hasNext) throw error
        onMove()
      }
    }
    throw new SubgraphFailure(name, 'unreachable')
  }
  const request = (options: Dispatcher.RequestOptions): Promise<CollectedResponse> =>
    only && !another ? send(name, only, options, attemptOf(options), policy) : requestAny(options)
  return {
    // @mercuriusjs/gateway calls request() of its agents and nothing else; gateway-services.test.ts holds it to that.
    dispatcher: { request } as unknown as SubgraphAgent['dispatcher'],
    close: async () => {
      await Promise.all(targets.map(({ pool }) => pool.destroy()))
    },
  }
}

/** Services keep connections until they drain: then whatever is still sent there may come too late for an answer. */
function isLeaving({ headers }: CollectedResponse): boolean {
  return headers['connection'] === 'close'
}

function targetOf(url: string, { connectTimeoutMs, maxAnswerBytes, concurrency }: AgentPolicy): Target {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, {
    connections: concurrency,
    maxResponseSize: maxAnswerBytes,
    connect: { timeout: connectTimeoutMs },
    ...briefIdling,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return { pool, path: pathname + search }
}

function attemptOf({ headers }: Dispatcher.RequestOptions): Attempt {
  // gateway-services.ts puts one into the headers of every call.
  return (headers as unknown as AttemptHeaders)[attemptKey]
}

/** Sends a request, and gives it up when a part of it takes too long or nobody waits for it. */
function send(
  name: string,
  { pool, path }: Target,
  { method, body }: Dispatcher.RequestOptions,
  attempt: Attempt,
  policy: AgentPolicy,
): Promise<CollectedResponse> {
  return new Promise((resolve, reject) => {
    const collector = new AnswerCollector(name, attempt, policy, resolve, reject)
    pool.dispatch({ method, path, body: body ?? null, headers: headersOf(attempt) }, collector)
  })
}

/** Names and values in turn, as undici takes them without looking at an object. */
function headersOf({ headers, deadline }: Attempt): string[] {
  const left = Math.max(0, Math.ceil(deadline - performance.now()))
  const list = ['content-type', 'application/json', deadlineHeader, String(left)]
  for (const name in headers) list.push(name, headers[name] ?? '')
  return list
}

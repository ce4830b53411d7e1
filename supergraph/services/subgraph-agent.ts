import type { MercuriusGatewayService } from '@mercuriusjs/gateway'
import { Pool, type Dispatcher } from 'undici'

/** Time limits of the calls of one subgraph, in milliseconds. */
export interface AgentLimits {
  /** From the call to the last byte of its answer. */
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
}

/** A subgraph's connections, as @mercuriusjs/gateway takes them. */
export interface SubgraphAgent {
  readonly dispatcher: NonNullable<MercuriusGatewayService['agent']>
  readonly close: () => Promise<void>
}

/** Connections at most; further calls wait for one, within their time limit. */
const connections = 64

/** An answer larger than this is given up. */
const maxResponseSize = 64 * 1024 * 1024

/**
 * Connections to one subgraph, on which every call has a deadline. Whatever is to be done with a call and its answer as a
 * whole (retry, breaker, another region's service) belongs here.
 */
export function createSubgraphAgent(url: string, { timeoutMs, connectTimeoutMs }: AgentLimits): SubgraphAgent {
  const pool = new Pool(new URL(url).origin, {
    connections,
    maxResponseSize,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const request = async (options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> => {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs)
    const stop = (): void => clearTimeout(timer)
    try {
      const response = await pool.request({ ...options, signal: deadline.signal })
      response.body.once('close', stop)
      return response
    } catch (error) {
      stop()
      throw error
    }
  }
  return {
    // @mercuriusjs/gateway calls request() of its agents and nothing else; gateway-services.test.ts holds it to that.
    dispatcher: { request } as unknown as SubgraphAgent['dispatcher'],
    close: () => pool.destroy(),
  }
}

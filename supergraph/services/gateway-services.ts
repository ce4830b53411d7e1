import mercuriusGateway, { type MercuriusGatewayOptions, type MercuriusGatewayService } from '@mercuriusjs/gateway'
import type { Cancellation } from '@movieverse/service/hang-up.ts'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { MercuriusCommonOptions } from 'mercurius'
import type { SubgraphAnswer } from '../planner/execute.ts'
import { isRow } from '../planner/representations.ts'
import { createRegionFailover, isRegionService, type OnFailover } from '../regions/region-failover.ts'
import type { CallPolicy } from './call-policy.ts'
import { createResilientService, type ResilientService, type SendRequest } from './resilient-service.ts'
import { createServiceMetrics, type ServiceMetrics } from './service-metrics.ts'
import type { SubgraphAddress } from './subgraph-addresses.ts'
import { attemptKey, createSubgraphAgent, type Attempt, type AttemptHeaders } from './subgraph-agent.ts'
import { failureOf, SubgraphFailure } from './subgraph-failures.ts'

// The package's types declare a default export beside module.exports, which is the plugin itself.
const gatewayPlugin = mercuriusGateway as unknown as FastifyPluginAsync<
  MercuriusCommonOptions & MercuriusGatewayOptions
>

/** Headers of one call. */
export type CallHeaders = Readonly<Record<string, string>>

/** What a call may know of its operation. */
export interface CallOptions {
  /** Gives the call up: its client is gone. */
  readonly signal?: Cancellation | undefined
  /** When the operation's answer is worth nothing any more, on the clock of performance.now(). */
  readonly deadline?: number | undefined
  /** Whether the body is a mutation's, which is never sent twice; else the body's first word tells. */
  readonly isMutation?: boolean | undefined
  /** Whether an answer that can go to the client as it is may come as its bytes, neither parsed nor with its data. */
  readonly wantsBytes?: boolean | undefined
  /** Told when another region's service is asked. */
  readonly onFailover?: OnFailover | undefined
}

/** Sends a JSON body to a subgraph. Rejects with a SubgraphFailure, a PublicError, where no usable answer comes. */
export type CallSubgraph = (
  subgraph: string,
  body: string,
  headers: CallHeaders,
  options?: CallOptions,
) => Promise<SubgraphAnswer>

/**
 * What this project uses of a service of @mercuriusjs/gateway beyond its documentation (exact pin, contract test): it
 * posts a body, rejects with a FederatedError, and adds a partial answer's errors to the context it was given.
 */
interface ServiceInternals {
  sendRequest(request: {
    body: string
    headers: AttemptHeaders
    context: object
  }): Promise<{ json: unknown; statusCode: number }>
}

/**
 * Registers @mercuriusjs/gateway, and mercurius with it, with these subgraphs as its services. Its own composition is
 * given a stub of each, since ours is Federation 2; the caller puts the composed schema in place.
 */
export async function registerGateway(
  app: FastifyInstance,
  options: MercuriusCommonOptions,
  addresses: readonly SubgraphAddress[],
  policy: CallPolicy,
): Promise<CallSubgraph> {
  const services = new Map<string, ResilientService>()
  const metrics = createServiceMetrics(app.meters, () => services.values())
  const agents = addresses.map(({ name, urls }) => createSubgraphAgent(name, urls, policy, () => metrics.moved(name)))
  const gatewayServices = addresses.map(({ name, urls: [url] }, index): MercuriusGatewayService => {
    const agent = agents[index]?.dispatcher
    return { name, url, schema: `extend type Query { _${index}: Boolean }`, ...(agent && { agent }) }
  })
  await app.register(gatewayPlugin, { ...options, gateway: { services: gatewayServices } })
  // The types leave sendRequest out; see ServiceInternals.
  for (const [name, internals] of Object.entries(
    app.graphqlGateway.serviceMap as unknown as Record<string, ServiceInternals>,
  )) {
    services.set(name, createResilientService(name, policy, senderOf(name, internals), metrics))
  }
  app.addHook('onClose', async () => {
    for (const { breaker } of services.values()) breaker.close()
    await Promise.all(agents.map((agent) => agent.close()))
  })
  return callerOf(services, policy, metrics)
}

function callerOf(
  services: ReadonlyMap<string, ResilientService>,
  { timeoutMs, hasRegionFailover }: CallPolicy,
  metrics: ServiceMetrics,
): CallSubgraph {
  const ofRegions = [...services.values()].filter(({ name }) => isRegionService(name))
  const callRegion = createRegionFailover(hasRegionFailover ? ofRegions : [], metrics)
  return (subgraph, body, headers, options = {}) => {
    const service = services.get(subgraph)
    if (!service) return Promise.reject(new SubgraphFailure(subgraph, 'unreachable'))
    const deadline = Math.min(options.deadline ?? Infinity, performance.now() + timeoutMs)
    const mayRetry = !(options.isMutation ?? body.startsWith('{"query":"mutation'))
    const call = { body, headers, signal: options.signal, deadline, mayRetry, wantsBytes: options.wantsBytes ?? false }
    return mayRetry && isRegionService(subgraph) ? callRegion(service, call, options.onFailover) : service.call(call)
  }
}

/** Sends through a service of @mercuriusjs/gateway. */
function senderOf(name: string, service: ServiceInternals): SendRequest {
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

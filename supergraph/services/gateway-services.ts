import { isDeepStrictEqual } from 'node:util'
import mercuriusGateway, { type MercuriusGatewayOptions, type MercuriusGatewayService } from '@mercuriusjs/gateway'
import type { Cancellation } from '@movieverse/service/hang-up.ts'
import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import type { MercuriusCommonOptions } from 'mercurius'
import type { SubgraphAnswer } from '../planner/execute.ts'
import { createRegionFailover, isRegionService, type OnFailover } from '../regions/region-failover.ts'
import type { CallPolicy } from './call-policy.ts'
import { senderOf, type ServiceInternals } from './gateway-sender.ts'
import { createResilientService, type ResilientService } from './resilient-service.ts'
import { createServiceMetrics, type ServiceMetrics } from './service-metrics.ts'
import type { SubgraphAddress, SubgraphUrls } from './subgraph-addresses.ts'
import { createSubgraphAgent } from './subgraph-agent.ts'
import { SubgraphFailure } from './subgraph-failures.ts'

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

/** The subgraphs of a supergraph: how to call them, and how to have others at run time. */
export interface GatewayServices {
  readonly call: CallSubgraph
  /**
   * Has these subgraphs from now on. Those that stay where they were keep their connections and breakers; those that go
   * or move keep what they need for the calls that run, as long as a call may take.
   */
  readonly replace: (addresses: readonly SubgraphAddress[]) => Promise<void>
}

/** A subgraph with all that belongs to it. */
interface RunningService {
  readonly urls: SubgraphUrls
  readonly service: ResilientService
  readonly close: () => Promise<void>
}

type RunningServices = ReadonlyMap<string, RunningService>

/**
 * Registers @mercuriusjs/gateway, and mercurius with it, with these subgraphs as its services. Its own composition is
 * given a stub of each, since ours is Federation 2; the caller puts the composed schema in place.
 */
export async function registerGateway(
  app: FastifyInstance,
  options: MercuriusCommonOptions,
  addresses: readonly SubgraphAddress[],
  policy: CallPolicy,
): Promise<GatewayServices> {
  const running = new Map<string, RunningService>()
  const leaving = new Set<RunningService>()
  const metrics = createServiceMetrics(app.meters, () => [...running.values()].map(({ service }) => service))
  let wanted: readonly SubgraphAddress[] = addresses
  for (const one of await startServices(app, options, addresses, policy, metrics)) running.set(one.service.name, one)
  let caller = callerOf(running, policy, metrics)
  const endLater = (one: RunningService): void => {
    const { name } = one.service
    leaving.add(one)
    setTimeout(() => {
      leaving.delete(one)
      if (running.get(name) === one) {
        // It was wanted again in the meantime.
        if (wanted.some((address) => address.name === name)) return
        running.delete(name)
      }
      void one.close()
    }, policy.timeoutMs).unref()
  }
  app.addHook('onClose', async () => {
    await Promise.all([...new Set([...running.values(), ...leaving])].map(async ({ close }) => close()))
  })
  return {
    call: (...call) => caller(...call),
    async replace(next) {
      const moved = next.filter(({ name, urls }) => !isDeepStrictEqual(running.get(name)?.urls, urls))
      const started = await Promise.all(moved.map(async (address) => startAlone(address, policy, metrics)))
      wanted = next
      for (const one of started) {
        const before = running.get(one.service.name)
        running.set(one.service.name, one)
        if (before) endLater(before)
      }
      for (const [name, one] of running) if (!next.some((address) => address.name === name)) endLater(one)
      caller = callerOf(running, policy, metrics)
    },
  }
}

/** Registers the gateway with services in an app that has none yet. */
async function startServices(
  app: FastifyInstance,
  options: MercuriusCommonOptions,
  addresses: readonly SubgraphAddress[],
  policy: CallPolicy,
  metrics: ServiceMetrics,
): Promise<RunningService[]> {
  const agents = addresses.map(({ name, urls }) => createSubgraphAgent(name, urls, policy, () => metrics.moved(name)))
  const gatewayServices = addresses.map(({ name, urls: [url] }, index): MercuriusGatewayService => {
    const agent = agents[index]?.dispatcher
    return { name, url, schema: `extend type Query { _${index}: Boolean }`, ...(agent && { agent }) }
  })
  await app.register(gatewayPlugin, { ...options, gateway: { services: gatewayServices } })
  // The types leave sendRequest out; see there.
  const internals = app.graphqlGateway.serviceMap as unknown as Readonly<Record<string, ServiceInternals>>
  return addresses.flatMap(({ name, urls }, index) => {
    const known = internals[name]
    if (!known) return []
    const service = createResilientService(name, policy, senderOf(name, known), metrics)
    const close = async (): Promise<void> => {
      service.breaker.close()
      await agents[index]?.close()
    }
    return [{ urls, service, close }]
  })
}

/** A service that comes later: the gateway's own way to have more puts its composition in place of ours for a moment. */
async function startAlone(
  address: SubgraphAddress,
  policy: CallPolicy,
  metrics: ServiceMetrics,
): Promise<RunningService> {
  const own = fastify()
  const [one] = await startServices(own, { routes: false }, [address], policy, metrics)
  if (!one) throw new Error(`${address.name} could not be started`)
  return {
    ...one,
    async close() {
      await one.close()
      await own.close()
    },
  }
}

function callerOf(
  services: RunningServices,
  { timeoutMs, headersTimeoutMs, hasRegionFailover }: CallPolicy,
  metrics: ServiceMetrics,
): CallSubgraph {
  const ofRegions = [...services.values()].map(({ service }) => service).filter(({ name }) => isRegionService(name))
  const callRegion = createRegionFailover(hasRegionFailover ? ofRegions : [], metrics)
  return (subgraph, body, headers, options = {}) => {
    const service = services.get(subgraph)?.service
    if (!service) return Promise.reject(new SubgraphFailure(subgraph, 'unreachable'))
    const { signal, wantsBytes = false, isMutation = body.startsWith('{"query":"mutation') } = options
    const now = performance.now()
    const deadline = Math.min(options.deadline ?? Infinity, now + timeoutMs)
    // Nothing is sent for which nobody waits, least of all a mutation.
    if (deadline <= now) return Promise.reject(new SubgraphFailure(subgraph, 'late'))
    const isHurried = deadline - now < Math.min(timeoutMs, headersTimeoutMs) / 2
    const mayRetry = !isMutation
    const call = { body, headers, signal, deadline, mayRetry, wantsBytes, isHurried }
    return mayRetry && isRegionService(subgraph) ? callRegion(service, call, options.onFailover) : service.call(call)
  }
}

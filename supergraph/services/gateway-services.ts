import mercuriusGateway, { type MercuriusGatewayOptions, type MercuriusGatewayService } from '@mercuriusjs/gateway'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { MercuriusCommonOptions } from 'mercurius'
import { PublicError } from '@movieverse/service/errors.ts'
import type { SubgraphAnswer } from '../planner/execute.ts'
import { isRow } from '../planner/representations.ts'
import type { SubgraphAddress } from './subgraph-addresses.ts'
import { createSubgraphAgent, type AgentLimits } from './subgraph-agent.ts'
import { publicFailure } from './subgraph-failures.ts'

// The package's types declare a default export beside module.exports, which is the plugin itself.
const gatewayPlugin = mercuriusGateway as unknown as FastifyPluginAsync<
  MercuriusCommonOptions & MercuriusGatewayOptions
>

/** Headers of one call. */
export type CallHeaders = Readonly<Record<string, string>>

/** Sends a JSON body to a subgraph. Rejects with a PublicError where no usable answer comes. */
export type CallSubgraph = (subgraph: string, body: string, headers: CallHeaders) => Promise<SubgraphAnswer>

/**
 * What this project uses of a service of @mercuriusjs/gateway beyond its documentation (exact pin, contract test): it
 * posts a body, rejects with a FederatedError, and adds a partial answer's errors to the context it was given.
 */
interface ServiceInternals {
  sendRequest(request: {
    body: string
    headers: CallHeaders
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
  limits: AgentLimits,
): Promise<CallSubgraph> {
  const agents = addresses.map(({ url }) => createSubgraphAgent(url, limits))
  const services = addresses.map(({ name, url }, index): MercuriusGatewayService => {
    const agent = agents[index]?.dispatcher
    return { name, url, schema: `extend type Query { _${index}: Boolean }`, ...(agent && { agent }) }
  })
  await app.register(gatewayPlugin, { ...options, gateway: { services } })
  app.addHook('onClose', async () => {
    await Promise.all(agents.map((agent) => agent.close()))
  })
  const known = serviceInternals(app)
  return async (subgraph, body, headers) => {
    const service = known.get(subgraph)
    if (!service) throw new PublicError('SUBGRAPH_UNAVAILABLE', 'The service is not known', { service: subgraph })
    return call(subgraph, service, body, headers)
  }
}

function serviceInternals(app: FastifyInstance): ReadonlyMap<string, ServiceInternals> {
  // The types leave sendRequest out; see ServiceInternals.
  const services = app.graphqlGateway.serviceMap as unknown as Record<string, ServiceInternals>
  return new Map(Object.entries(services))
}

async function call(
  subgraph: string,
  service: ServiceInternals,
  body: string,
  headers: CallHeaders,
): Promise<SubgraphAnswer> {
  try {
    const { json, statusCode } = await service.sendRequest({ body, headers, context: {} })
    if (!isRow(json) || (json.data === undefined && !Array.isArray(json.errors))) {
      const code = statusCode >= 500 ? 'SUBGRAPH_UNAVAILABLE' : 'SUBGRAPH_INVALID_RESPONSE'
      throw new PublicError(code, `${subgraph} gave no usable answer`, { service: subgraph })
    }
    return { data: json.data, errors: Array.isArray(json.errors) ? json.errors : [] }
  } catch (error) {
    const errors = answeredErrors(error)
    if (errors) return { data: undefined, errors }
    throw publicFailure(subgraph, error)
  }
}

/** The errors of an answer without data, which the gateway throws just as it throws what happened on the way. */
function answeredErrors(error: unknown): unknown[] | undefined {
  const extensions = error instanceof Error && 'extensions' in error ? error.extensions : undefined
  const errors = isRow(extensions) ? extensions.errors : undefined
  if (!Array.isArray(errors) || errors.length === 0 || errors.some((inner) => inner instanceof Error)) return undefined
  return errors
}

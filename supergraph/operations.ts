import type { FastifyRequest } from 'fastify'
import type { GraphQLError, GraphQLResolveInfo, OperationDefinitionNode } from 'graphql'
import type { MercuriusCommonOptions, MercuriusContext } from 'mercurius'
import type { ServiceConfig } from '@movieverse/service/config.ts'
import { errorOfFailure, errorsOfAnswer } from './planner/errors.ts'
import type { OperationResult, RunOperation } from './planner/execution-schema.ts'
import { OperationPlans } from './planner/operation-plans.ts'
import type { RoutingFacts } from './planner/routing-facts.ts'
import { createRegionRouter } from './regions/region-router.ts'
import { callHeaders } from './services/call-headers.ts'
import type { CallHeaders, CallSubgraph } from './services/gateway-services.ts'

/** What an operation knows of its request. */
export interface OperationContext {
  readonly headers: CallHeaders
  /** The X-Region header. */
  readonly region: string | undefined
  /** The runs of this request's operations; root fields of one operation share one. */
  readonly runs: Map<OperationDefinitionNode, Promise<OperationResult>>
  /** Whether a subgraph failed or answered an error. */
  hasSubgraphErrors: boolean
}

type Context = MercuriusContext & OperationContext & { errors?: GraphQLError[] | null }

export function createOperationContext(request: FastifyRequest, config: ServiceConfig): OperationContext {
  const region = request.headers['x-region']
  return {
    headers: callHeaders(request, config),
    region: typeof region === 'string' ? region : undefined,
    runs: new Map(),
    hasSubgraphErrors: false,
  }
}

/** Runs operations by their plans against the subgraphs, once for all root fields of an operation. */
export function createOperationRunner(facts: RoutingFacts, call: CallSubgraph): RunOperation<Context> {
  const plans = new OperationPlans(facts)
  const start = async (
    context: Context,
    { operation, fragments, variableValues: variables }: GraphQLResolveInfo,
  ): Promise<OperationResult> => {
    const router = createRegionRouter({ header: context.region, variables })
    const { run, refusals } = plans.choose(operation, fragments, variables, router)
    const row = await run({
      variables,
      send: (subgraph, body) => call(subgraph, body, context.headers),
      onErrors(place, problem) {
        const errors =
          'failure' in problem ? [errorOfFailure(place, problem.failure)] : errorsOfAnswer(place, problem.errors)
        context.hasSubgraphErrors = true
        context.errors = [...(context.errors ?? []), ...errors]
      },
    })
    return { row, refusals }
  }
  return (context, info) => {
    let run = context.runs.get(info.operation)
    if (!run) {
      run = start(context, info)
      context.runs.set(info.operation, run)
    }
    return run
  }
}

/**
 * Mercurius' options with an errorFormatter that leaves out what only follows from a subgraph's error: that a field below
 * it, which cannot be null, has no value.
 */
export function withoutFollowingErrors(options: MercuriusCommonOptions): MercuriusCommonOptions {
  const { errorFormatter } = options
  if (!errorFormatter) return options
  return {
    ...options,
    errorFormatter: (execution, context) => {
      const isFollowing = 'hasSubgraphErrors' in context && context.hasSubgraphErrors === true
      const errors = isFollowing ? execution.errors.filter((error) => !isNullError(error)) : execution.errors
      return errorFormatter({ ...execution, errors }, context)
    },
  }
}

function isNullError({ message }: GraphQLError): boolean {
  return message.startsWith('Cannot return null for non-nullable field')
}

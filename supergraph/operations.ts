import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  OperationTypeNode,
  type GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import type { MercuriusCommonOptions, MercuriusContext } from 'mercurius'
import type { Cancellation } from '@movieverse/service/hang-up.ts'
import type { ComposedSchema } from './composition/compose-supergraph.ts'
import type { SupergraphConfig } from './config.ts'
import { errorOfFailure, errorsOfAnswer } from './planner/errors.ts'
import type { Run } from './planner/execute.ts'
import { createExecutionSchema, type OperationResult } from './planner/execution-schema.ts'
import { OperationPlans, type ChosenPlan, type Fragments } from './planner/operation-plans.ts'
import type { DirectAnswer } from './planner/pass-through.ts'
import { UnplannableError } from './planner/plan.ts'
import { parseRoutingFacts } from './planner/routing-facts.ts'
import type { ProfileRegion } from './regions/profile-region.ts'
import { createRegionRouter } from './regions/region-router.ts'
import { callHeaders } from './services/call-headers.ts'
import type { CallHeaders, CallOptions, CallSubgraph } from './services/gateway-services.ts'
import type { OperationLabel } from './telemetry/operation-label.ts'
import { createPlanCounter } from './telemetry/plan-counter.ts'
import type { Trace } from './telemetry/tracing.ts'

/** What an operation knows of its request. */
export interface OperationContext {
  readonly headers: CallHeaders
  /** The X-Region header. */
  readonly region: string | undefined
  /** Of the one who asks; only where an operation needs it. */
  profileRegion?: ProfileRegion | undefined
  /** On the clock of performance.now(). */
  readonly began: number
  /** When its answer is worth nothing any more, on the same clock: what is not there by then is SUBGRAPH_TIMEOUT. */
  readonly deadline: number
  /** Gives up what is being fetched: the client is gone. */
  readonly signal?: Cancellation | undefined
  /** The run of this operation, which its root fields share. */
  runs: Map<OperationDefinitionNode, Promise<OperationResult>>
  /** Whether a subgraph failed or answered an error. */
  hasSubgraphErrors: boolean
  /** How many calls of subgraphs it took. */
  fetches: number
  planned?: { readonly operation: OperationDefinitionNode; readonly plan: ChosenPlan } | undefined
  /** The answer of a subgraph that is the client's as it is. */
  direct?: DirectAnswer | undefined
  trace?: Trace | undefined
  label?: OperationLabel | undefined
}

type OperationConfig = Pick<
  SupergraphConfig,
  'EDGE_SECRET' | 'SERVICE_SECRET' | 'OPERATION_TIMEOUT_MS' | 'SUBGRAPH_TIMEOUT_MS'
>

/** The context of mercurius, with what every operation of the supergraph knows. */
export type SupergraphContext = MercuriusContext & OperationContext & { errors?: GraphQLError[] | null }

/** Whether a context is one of an operation by HTTP, and so has what the supergraph knows of it. */
export function isOfSupergraph(context: MercuriusContext): context is SupergraphContext {
  return 'runs' in context
}

/** Called once for every operation, and for every event of a subscription: its time begins now. */
export function createOperationContext(request: FastifyRequest, config: OperationConfig): OperationContext {
  const region = request.headers['x-region']
  const began = performance.now()
  return {
    headers: callHeaders(request, config),
    region: typeof region === 'string' ? region : undefined,
    began,
    deadline: began + (config.OPERATION_TIMEOUT_MS ?? config.SUBGRAPH_TIMEOUT_MS),
    runs: new Map(),
    hasSubgraphErrors: false,
    fetches: 0,
    // What comes later has its place from the start, so that all contexts have one shape.
    profileRegion: undefined,
    planned: undefined,
    direct: undefined,
    trace: undefined,
    label: undefined,
  }
}

/** Plans and runs operations against the subgraphs of the composed schema, which may be replaced at run time. */
export class Operations {
  readonly #app: FastifyInstance
  readonly #call: CallSubgraph
  readonly #onPlanned: (isNew: boolean) => void
  #plans: OperationPlans

  constructor(app: FastifyInstance, composed: ComposedSchema, call: CallSubgraph) {
    this.#app = app
    this.#call = call
    this.#onPlanned = createPlanCounter(app.meters)
    this.#plans = this.prepare(composed)()
  }

  /**
   * Makes another composed schema ready; the answer puts it in place at once. Operations that run keep theirs. Throws a
   * GraphQLError where it is none.
   */
  prepare({ supergraphSdl, apiSdl }: ComposedSchema): () => OperationPlans {
    const facts = parseRoutingFacts(supergraphSdl)
    const plans = new OperationPlans(facts)
    const schema: GraphQLSchema = createExecutionSchema<SupergraphContext>(apiSdl, facts, (context, info) =>
      this.#run(plans, context, info),
    )
    return () => {
      this.#plans = plans
      this.#app.graphql.replaceSchema(schema)
      return plans
    }
  }

  /** The plan of an operation, before it is executed; undefined where there is none. Variables are coerced. */
  choose(
    context: SupergraphContext,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Readonly<Record<string, unknown>>,
  ): ChosenPlan | undefined {
    try {
      return this.#choose(this.#plans, context, operation, fragments, variables)
    } catch (failure) {
      // Nothing of it can be answered, nor may anything of a mutation be done.
      if (failure instanceof UnplannableError) throw failure
      // Its execution meets the same, and tells it at the fields.
      return undefined
    }
  }

  /** What a run of an operation's plan needs. */
  runOf(
    context: SupergraphContext,
    { operation: kind }: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): Run {
    const isMutation = kind === OperationTypeNode.MUTATION
    return {
      variables,
      send: (subgraph, body, wantsBytes = false) => {
        context.fetches += 1
        const { signal, deadline } = context
        const fetching = context.trace?.fetch(subgraph, context.headers)
        if (!fetching) return this.#call(subgraph, body, context.headers, { signal, deadline, isMutation, wantsBytes })
        const { headers, failedOver: onFailover } = fetching
        const options: CallOptions = { signal, deadline, isMutation, wantsBytes, onFailover }
        return fetching.during(() => this.#call(subgraph, body, headers, options))
      },
      onErrors(place, problem) {
        const errors =
          'failure' in problem ? [errorOfFailure(place, problem.failure)] : errorsOfAnswer(place, problem.errors)
        context.hasSubgraphErrors = true
        context.errors = [...(context.errors ?? []), ...errors]
      },
    }
  }

  /** What a query of our own is answered, as the one who asks; its errors are nobody's but the caller's. */
  async ask(
    context: SupergraphContext,
    operation: OperationDefinitionNode,
  ): Promise<{ readonly row: Readonly<Record<string, unknown>>; readonly hasFailed: boolean }> {
    let hasFailed = false
    const run: Run = { ...this.runOf(context, operation, {}), onErrors: () => void (hasFailed = true) }
    const row = await this.#plans.choose(operation, {}, {}, () => undefined).run(run)
    return { row, hasFailed }
  }

  #choose(
    plans: OperationPlans,
    context: SupergraphContext,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Readonly<Record<string, unknown>>,
  ): ChosenPlan {
    if (context.planned?.operation === operation) return context.planned.plan
    const end = context.trace?.plan()
    const router = createRegionRouter({ header: context.region, profile: context.profileRegion, variables })
    const plan = plans.choose(operation, fragments, variables, router)
    end?.(plan.isNew)
    this.#onPlanned(plan.isNew)
    context.planned = { operation, plan }
    return plan
  }

  #run(plans: OperationPlans, context: SupergraphContext, info: GraphQLResolveInfo): Promise<OperationResult> {
    const { operation, fragments, variableValues } = info
    let run = context.runs.get(operation)
    if (!run) {
      run = this.#start(plans, context, operation, fragments, variableValues)
      context.runs.set(operation, run)
    }
    return run
  }

  async #start(
    plans: OperationPlans,
    context: SupergraphContext,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<OperationResult> {
    const { run, refusals } = this.#choose(plans, context, operation, fragments, variables)
    return { row: await run(this.runOf(context, operation, variables)), refusals }
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
      return errorFormatter({ ...execution, errors: toldErrors(execution.errors, context) }, context)
    },
  }
}

/** An operation's errors without what only follows from another. */
export function toldErrors(errors: readonly GraphQLError[], context: MercuriusContext): readonly GraphQLError[] {
  const isFollowing = 'hasSubgraphErrors' in context && context.hasSubgraphErrors === true
  return isFollowing ? errors.filter((error) => !isNullError(error)) : errors
}

function isNullError({ message }: GraphQLError): boolean {
  return message.startsWith('Cannot return null for non-nullable field')
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GraphQLFieldResolver, GraphQLResolveInfo, GraphQLSchema } from 'graphql'
import { mapEvents } from '@movieverse/service/event-stream.ts'
import { errorOfFailure, errorsOfAnswer, type ErrorPlace } from '../planner/errors.ts'
import type { Run, SubgraphAnswer } from '../planner/execute.ts'
import { OperationPlans, type ChosenPlan } from '../planner/operation-plans.ts'
import { propertyOf } from '../planner/properties.ts'
import type { PlannedRequest } from '../planner/requests.ts'
import type { RoutingFacts } from '../planner/routing-facts.ts'
import type { ScopedContext, Scopes } from '../scopes/scopes.ts'
import type { CallHeaders, CallSubgraph } from '../services/gateway-services.ts'
import type { SubgraphAddress } from '../services/subgraph-addresses.ts'
import { createEventSources, SubscriptionRefusal, type EventSources } from './event-sources.ts'

/** What a subscription knows of who opened its connection; made anew for every event. */
export interface SubscriptionContext extends ScopedContext {
  readonly headers: CallHeaders
  /** The one that opened the connection. */
  readonly request: FastifyRequest
  /** Aborted when nobody listens any more. */
  readonly signal?: AbortSignal
  /** When the joins of this event are worth nothing any more, on the clock of performance.now(). */
  readonly deadline?: number
}

export interface SubscriptionsOptions {
  readonly facts: RoutingFacts
  readonly call: CallSubgraph
  readonly sources: EventSources
  readonly scopes: Scopes
}

/** Serves the subscriptions of schemas from their subgraphs. */
export interface SubgraphSubscriptions {
  /** Makes those of a schema work, if it has any. Subscriptions to an earlier schema go on. */
  readonly serve: (
    schema: GraphQLSchema,
    options: Pick<SubscriptionsOptions, 'facts' | 'scopes'>,
    addresses: readonly SubgraphAddress[],
  ) => void
}

/** `timeoutMs` is how long connecting to a subgraph may take. Connections end with the app. */
export function createSubgraphSubscriptions(
  app: FastifyInstance,
  { call, timeoutMs }: { readonly call: CallSubgraph; readonly timeoutMs: number },
): SubgraphSubscriptions {
  const urls = new Map<string, readonly string[]>()
  const sources = createEventSources({ urls, timeoutMs })
  app.addHook('onClose', async () => sources.close())
  return {
    serve(schema, { facts, scopes }, addresses) {
      if (!schema.getSubscriptionType()) return
      for (const address of addresses) urls.set(address.name, address.urls)
      addSubscriptions(schema, { facts, scopes, call, sources })
    },
  }
}

/** An event as root value: the subgraph's answer. */
interface Event {
  readonly answer: SubgraphAnswer
}

/**
 * Makes the fields of Subscription work: the subgraph that owns a field is asked for its events over WebSocket, and each
 * event's missing fields are fetched by the plan of the operation, of which the event is the first answer.
 */
export function addSubscriptions(schema: GraphQLSchema, options: SubscriptionsOptions): void {
  const plans = new OperationPlans(options.facts)
  const choose = (context: SubscriptionContext, info: GraphQLResolveInfo): ChosenPlan => {
    const { operation, fragments, variableValues } = info
    const text = { schema: info.schema, operation, fragments, variables: variableValues }
    const asked = options.scopes.strip(text, context.request, context) ?? text
    return plans.choose(asked.operation, asked.fragments, variableValues, () => undefined)
  }
  const subscribe: GraphQLFieldResolver<unknown, SubscriptionContext> = (_root, _args, context, info) => {
    options.scopes.assertField(info.parentType.name, info.fieldName, context.request)
    const root = choose(context, info).requests[0]?.find((request) => request.root)
    if (!root) throw new Error('a subscription whose plan has no root request')
    return openSource(options.sources, root, info.variableValues, context.headers)
  }
  const resolve: GraphQLFieldResolver<Event, SubscriptionContext> = async ({ answer }, _args, context, info) => {
    const row = await choose(context, info).run({
      variables: info.variableValues,
      send: async (subgraph, body) => {
        if (body.startsWith('{"query":"subscription')) return answer
        return options.call(subgraph, body, context.headers, { signal: context.signal, deadline: context.deadline })
      },
      onErrors: (place, problem) => note(context, place, problem),
    })
    const [node] = info.fieldNodes
    return row[node ? propertyOf(node) : info.fieldName]
  }
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    Object.assign(field, { subscribe, resolve })
  }
}

/** The events of a root request; what ends them is told in the client's words. */
function openSource(
  sources: EventSources,
  root: PlannedRequest,
  values: GraphQLResolveInfo['variableValues'],
  headers: CallHeaders,
): AsyncGenerator<Event, undefined, undefined> {
  const variables = Object.fromEntries(root.variables.map((name) => [name, values[name]]))
  const answers = sources.subscribe(root.subgraph, { query: root.query, variables }, headers)
  const place: ErrorPlace = { request: root, root: {}, firstRowOf: () => undefined }
  const refusalOf = (error: unknown): unknown =>
    error instanceof SubscriptionRefusal ? (errorsOfAnswer(place, error.errors)[0] ?? error) : error
  return mapEvents(
    answers,
    async (answer): Promise<Event> => ({ answer }),
    () => {},
    refusalOf,
  )
}

function note(context: SubscriptionContext, place: ErrorPlace, problem: Parameters<Run['onErrors']>[1]): void {
  const errors = 'failure' in problem ? [errorOfFailure(place, problem.failure)] : errorsOfAnswer(place, problem.errors)
  context.hasSubgraphErrors = true
  context.errors = [...(context.errors ?? []), ...errors]
}

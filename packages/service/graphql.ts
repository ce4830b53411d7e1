import { mercuriusFederationPlugin } from '@mercuriusjs/federation'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { NoSchemaIntrospectionCustomRule, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import type { IResolvers, MercuriusCommonOptions, MercuriusContext, MercuriusLoaders } from 'mercurius'
import type { ServiceConfig } from './config.ts'
import type { ResolveDocument } from './graphql-documents.ts'
import { withFederationDirectives } from './federation-directives.ts'
import { createErrorFormatter } from './graphql-errors.ts'
import { guardOperations } from './graphql-guard.ts'
import { graphqlRouteOptions } from './graphql-http.ts'
import { publicLimits, trustedLimits, type GraphqlLimits } from './graphql-limits.ts'
import { countersOf, countOperations } from './graphql-metrics.ts'
import { addGraphqlWebSocket, type WebSocketBounds } from './graphql-websocket.ts'
import { HangUp } from './hang-up.ts'
import { isTrustedService } from './identity.ts'
import { bodyLimitBytes } from './server.ts'

export interface GraphqlOptions {
  readonly config: ServiceConfig
  /** Makes what resolvers get as their third argument, to which `signal` and mercurius' own `app` and `reply` are added. */
  readonly context: (request: FastifyRequest) => object
  /** What a caller from outside may ask for. */
  readonly limits?: GraphqlLimits
  /** Finds documents that clients name by hash; without it they must send texts. */
  readonly resolveDocument?: ResolveDocument | undefined
  /** How many operations one request may hold; 1, the default, takes no batches. Limits hold for all of them together. */
  readonly operationsPerRequest?: number
}

export interface SubgraphOptions extends GraphqlOptions {
  /** Federation 2 SDL, which `_service { sdl }` returns as it is. */
  readonly schema: string
  // Mercurius' own types: their parameters are any, so that generated resolver types fit.
  readonly resolvers: IResolvers
  readonly loaders?: MercuriusLoaders
  /** What starts the events of each field of Subscription; with any, the subgraph also serves WebSockets. */
  readonly subscriptions?: Readonly<Record<string, SubscribeResolver>>
  readonly webSocketBounds?: Partial<WebSocketBounds>
}

/** Answers the events of a subscription, for each of which its field is resolved with the event as root value. */
// Mercurius' own type: its parameters are any, so that generated argument types fit.
export type SubscribeResolver = (
  ...parameters: Parameters<GraphQLFieldResolver<unknown, unknown>>
) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>

/** Executions of a document before it is compiled: what is asked once is not worth the compiler's milliseconds. */
const executionsBeforeJit = 3

/**
 * The options that every GraphQL endpoint of the house passes to mercurius, whichever plugin builds the schema: error
 * masking, limits, CSRF prevention, media types, jit; batches where they are asked for, and introspection unless in production. Call
 * `guardGraphql` once the plugin is registered.
 */
export function graphqlOptions(
  app: FastifyInstance,
  { config, context, limits = publicLimits, resolveDocument, operationsPerRequest = 1 }: GraphqlOptions,
): MercuriusCommonOptions & Required<Pick<MercuriusCommonOptions, 'errorFormatter'>> {
  const { errors, refused } = countersOf(app)
  acceptNumbersInPaths(app)
  const isOpen = allowsIntrospection(config)
  return {
    path: '/graphql',
    // Mercurius passes Fastify's own request and reply. What is counted by has its place from the start: added later, it
    // would turn the larger contexts into dictionaries.
    context: (request: FastifyRequest, reply: FastifyReply) =>
      Object.assign(context(request), { signal: new HangUp(reply.raw), rootField: undefined }),
    errorFormatter: createErrorFormatter({ log: logError, errors, refused, hidesSuggestions: !isOpen }),
    jit: executionsBeforeJit,
    graphiql: false,
    allowBatchedQueries: operationsPerRequest > 1,
    validationRules: isOpen ? [] : [NoSchemaIntrospectionCustomRule],
    graphql: { parseOptions: { maxTokens: Math.max(limits.tokens, trustedLimits.tokens) } },
    additionalRouteOptions: graphqlRouteOptions({
      bodyLimitBytes,
      isTrusted: (request) => isTrustedService(request, config),
      resolveDocument,
      operationsPerRequest,
      limits,
    }),
  }
}

/** Adds the limits and the counting to a registered mercurius: for requests by HTTP and operations by WebSocket alike. */
export function guardGraphql(
  app: FastifyInstance,
  { config, limits = publicLimits }: Pick<GraphqlOptions, 'config' | 'limits'>,
): void {
  guardOperations(app, { limits, isTrusted: (request) => isTrustedService(request, config) })
  countOperations(app)
}

/**
 * Serves a subgraph at `/graphql`: the SDL with its resolvers and loaders, within the limits. `_entities` and `_service`
 * answer only beside the service secret, FORBIDDEN otherwise.
 */
export async function registerSubgraph(app: FastifyInstance, options: SubgraphOptions): Promise<void> {
  const { schema, resolvers, loaders, subscriptions, webSocketBounds = {} } = options
  const shared = graphqlOptions(app, options)
  if (subscriptions)
    await addGraphqlWebSocket(app, { ...options, errorFormatter: shared.errorFormatter, bounds: webSocketBounds })
  await app.register(mercuriusFederationPlugin, {
    ...shared,
    schema: withFederationDirectives(schema),
    resolvers: { ...resolvers, Query: { ...resolvers.Query, _service: () => ({ sdl: schema }) } } as IResolvers,
    ...(loaders && { loaders }),
  })
  if (subscriptions) defineSubscriptions(app.graphql.schema, subscriptions)
  guardGraphql(app, options)
}

/** Puts the functions that start events on the fields of Subscription. Throws where there is no such field. */
export function defineSubscriptions(
  schema: GraphQLSchema,
  subscriptions: Readonly<Record<string, SubscribeResolver>>,
): void {
  const fields = schema.getSubscriptionType()?.getFields() ?? {}
  for (const [name, subscribe] of Object.entries(subscriptions)) {
    const field = fields[name]
    if (!field) throw new Error(`the schema has no Subscription.${name}`)
    field.subscribe = subscribe
  }
}

function allowsIntrospection({ INTROSPECTION, NODE_ENV }: ServiceConfig): boolean {
  return INTROSPECTION ? INTROSPECTION === 'on' : NODE_ENV !== 'production'
}

function logError(err: unknown, { reply, app }: MercuriusContext, code: string): void {
  const { log } = reply ?? app
  log.error({ err, code }, 'resolver failed')
}

/** Mercurius' schema of answers turns the list positions in an error's path into texts; without it they stay numbers. */
function acceptNumbersInPaths(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.url === '/graphql' && route.schema) route.schema = { ...route.schema, response: undefined }
  })
}

import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { OperationParameters } from '@movieverse/service/graphql-documents.ts'
import { graphqlOptions, guardGraphql } from '@movieverse/service/graphql.ts'
import { addGraphqlWebSocket } from '@movieverse/service/graphql-websocket.ts'
import { buildServer } from '@movieverse/service/server.ts'
import type { ComposedSchema } from './composition/compose-supergraph.ts'
import type { SupergraphConfig } from './config.ts'
import { registerGraphiql } from './graphiql/graphiql.ts'
import { keepNamedOperation } from './named-operation.ts'
import { addOperationHooks } from './operation-hooks.ts'
import { createOperationContext, Operations, withoutFollowingErrors, type SupergraphContext } from './operations.ts'
import { schemaPartsOf } from './schema-parts.ts'
import { addSchemaReload, readComposition } from './schema-reload.ts'
import { addProfileRegions } from './regions/profile-region.ts'
import { addScopes } from './scopes/scopes.ts'
import { callPolicyOf } from './services/call-policy.ts'
import { registerGateway } from './services/gateway-services.ts'
import { assertKnownServices } from './services/subgraph-addresses.ts'
import { createSubgraphSubscriptions } from './subscriptions/subscriptions.ts'
import { addAnswerCaching } from './trusted-documents/answer-caching.ts'
import { readManifest } from './trusted-documents/manifest.ts'
import { createTracing } from './telemetry/tracing.ts'
import { createTrustedDocuments } from './trusted-documents/trusted-documents.ts'

/** The supergraph's server, not listening yet. It needs no subgraph to start: it knows the composed schema. */
export async function buildSupergraph(config: SupergraphConfig, given?: ComposedSchema): Promise<FastifyInstance> {
  const app = await buildServer({ name: 'supergraph', config })
  const composed = given ?? (await readComposition(config))
  const served = { parts: schemaPartsOf(composed, config) }
  assertKnownServices(served.parts.facts, config.SUBGRAPH_URLS)
  const manifest = config.TRUSTED_DOCUMENTS_FILE ? readManifest(config.TRUSTED_DOCUMENTS_FILE) : new Map()
  const documents = createTrustedDocuments({
    manifest,
    isRequired: config.TRUSTED_DOCUMENTS === 'required',
  })
  const endpoint = {
    config,
    operationsPerRequest: config.OPERATIONS_PER_REQUEST,
    context: (request: FastifyRequest) => createOperationContext(request, config),
    resolveDocument: (parameters: OperationParameters, request: FastifyRequest) => {
      documents.resolve(parameters, request)
      keepNamedOperation(parameters)
    },
  }
  const shared = graphqlOptions(app, endpoint)
  const options = withoutFollowingErrors(shared)
  await addGraphqlWebSocket(app, { ...endpoint, errorFormatter: options.errorFormatter ?? shared.errorFormatter })
  const gateway = await registerGateway(app, options, served.parts.addresses, callPolicyOf(config))
  const { call } = gateway
  const operations = new Operations(app, composed, call)
  guardGraphql(app, { config })
  addProfileRegions(app, operations, (request) => served.parts.mayReadProfile(request))
  addScopes(
    app,
    () => served.parts.scopes,
    (context, { operation, fragments, variables }) =>
      // `as`: hooks see mercurius' context; every operation here has ours.
      operations.choose(context as SupergraphContext, operation, fragments, variables),
  )
  addAnswerCaching(app, { documents, now: () => served.parts })
  const subscriptions = createSubgraphSubscriptions(app, { call, timeoutMs: config.SUBGRAPH_CONNECT_TIMEOUT_MS })
  subscriptions.serve(app.graphql.schema, served.parts, served.parts.addresses)
  addSchemaReload(app, config, async (next) => {
    const parts = schemaPartsOf(next, config)
    const putInPlace = operations.prepare(next)
    await gateway.replace(parts.addresses)
    // Between two turns of the event loop no operation is between its validation and its execution.
    await setImmediate()
    putInPlace()
    served.parts = parts
    subscriptions.serve(app.graphql.schema, parts, parts.addresses)
  })
  addOperationHooks(app, operations, {
    documents: manifest.values(),
    tracing: await createTracing(config),
    mayExplain: config.NODE_ENV !== 'production',
  })
  if (hasGraphiql(config)) await registerGraphiql(app, config)
  return app
}

function hasGraphiql({ GRAPHIQL, NODE_ENV, TRUSTED_DOCUMENTS }: SupergraphConfig): boolean {
  // It asks ad hoc.
  if (TRUSTED_DOCUMENTS === 'required') return false
  return GRAPHIQL ? GRAPHIQL === 'on' : NODE_ENV !== 'production'
}

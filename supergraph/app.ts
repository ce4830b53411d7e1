import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parse } from 'graphql'
import type { OperationParameters } from '@movieverse/service/graphql-documents.ts'
import { graphqlOptions, guardGraphql } from '@movieverse/service/graphql.ts'
import { addGraphqlWebSocket } from '@movieverse/service/graphql-websocket.ts'
import { identityOf } from '@movieverse/service/identity.ts'
import { buildServer } from '@movieverse/service/server.ts'
import { readComposedSchema } from './composition/stored-schema.ts'
import type { ComposedSchema } from './composition/compose-supergraph.ts'
import type { SupergraphConfig } from './config.ts'
import { registerGraphiql } from './graphiql/graphiql.ts'
import { keepNamedOperation } from './named-operation.ts'
import { addOperationHooks } from './operation-hooks.ts'
import { createOperationContext, Operations, withoutFollowingErrors, type SupergraphContext } from './operations.ts'
import { parseRoutingFacts } from './planner/routing-facts.ts'
import { grantOf, requirementsOf } from './scopes/requirements.ts'
import { addScopes, createScopes } from './scopes/scopes.ts'
import { callPolicyOf } from './services/call-policy.ts'
import { registerGateway } from './services/gateway-services.ts'
import { subgraphAddresses } from './services/subgraph-addresses.ts'
import { addSubgraphSubscriptions } from './subscriptions/subscriptions.ts'
import { addAnswerCaching } from './trusted-documents/answer-caching.ts'
import { readManifest } from './trusted-documents/manifest.ts'
import { createTracing } from './telemetry/tracing.ts'
import { createTrustedDocuments } from './trusted-documents/trusted-documents.ts'

/** The supergraph's server, not listening yet. It needs no subgraph to start: it knows the composed schema. */
export async function buildSupergraph(
  config: SupergraphConfig,
  composed: ComposedSchema = readComposedSchema(),
): Promise<FastifyInstance> {
  const app = await buildServer({ name: 'supergraph', config })
  const facts = parseRoutingFacts(composed.supergraphSdl)
  const manifest = config.TRUSTED_DOCUMENTS_FILE ? readManifest(config.TRUSTED_DOCUMENTS_FILE) : new Map()
  const documents = createTrustedDocuments({
    manifest,
    isRequired: config.TRUSTED_DOCUMENTS === 'required',
  })
  const endpoint = {
    config,
    context: (request: FastifyRequest) => createOperationContext(request, config),
    resolveDocument: (parameters: OperationParameters, request: FastifyRequest) => {
      documents.resolve(parameters, request)
      keepNamedOperation(parameters)
    },
  }
  const shared = graphqlOptions(app, endpoint)
  const options = withoutFollowingErrors(shared)
  await addGraphqlWebSocket(app, { ...endpoint, errorFormatter: options.errorFormatter ?? shared.errorFormatter })
  const addresses = subgraphAddresses(facts, config.SUBGRAPH_URLS)
  const call = await registerGateway(app, options, addresses, callPolicyOf(config))
  const operations = new Operations(app, composed, call)
  guardGraphql(app, { config })
  const supergraph = parse(composed.supergraphSdl, { noLocation: true })
  const requirements = requirementsOf(supergraph)
  const scopes = createScopes(requirements, (request) => grantOf(identityOf(request, config)))
  addScopes(app, scopes, (context, { operation, fragments, variables }) =>
    // `as`: hooks see mercurius' context; every operation here has ours.
    operations.choose(context as SupergraphContext, operation, fragments, variables),
  )
  addAnswerCaching(app, { documents, supergraph, isViewers: (type, field) => requirements.of(type, field).length > 0 })
  addSubgraphSubscriptions(app, { facts, call, scopes, addresses, timeoutMs: config.SUBGRAPH_CONNECT_TIMEOUT_MS })
  addOperationHooks(app, operations, {
    documents: manifest.values(),
    tracing: await createTracing(config),
    mayExplain: config.NODE_ENV !== 'production',
  })
  if (hasGraphiql(config)) await registerGraphiql(app)
  return app
}

function hasGraphiql({ GRAPHIQL, NODE_ENV, TRUSTED_DOCUMENTS }: SupergraphConfig): boolean {
  // It asks ad hoc.
  if (TRUSTED_DOCUMENTS === 'required') return false
  return GRAPHIQL ? GRAPHIQL === 'on' : NODE_ENV !== 'production'
}

import type { FastifyInstance } from 'fastify'
import { graphqlOptions, guardGraphql } from '@movieverse/service/graphql.ts'
import { buildServer } from '@movieverse/service/server.ts'
import { readComposedSchema } from './composition/platform.ts'
import type { ComposedSchema } from './composition/compose-supergraph.ts'
import type { SupergraphConfig } from './config.ts'
import { registerGraphiql } from './graphiql/graphiql.ts'
import { createOperationContext, createOperationRunner, withoutFollowingErrors } from './operations.ts'
import { isConditional } from './planner/conditional-documents.ts'
import { createExecutionSchema } from './planner/execution-schema.ts'
import { parseRoutingFacts } from './planner/routing-facts.ts'
import { registerGateway } from './services/gateway-services.ts'
import { subgraphAddresses } from './services/subgraph-addresses.ts'

/** The supergraph's server, not listening yet. It needs no subgraph to start: it knows the composed schema. */
export async function buildSupergraph(
  config: SupergraphConfig,
  composed: ComposedSchema = readComposedSchema(),
): Promise<FastifyInstance> {
  const app = await buildServer({ name: 'supergraph', config })
  const facts = parseRoutingFacts(composed.supergraphSdl)
  const options = graphqlOptions(app, { config, context: (request) => createOperationContext(request, config) })
  const limits = { timeoutMs: config.SUBGRAPH_TIMEOUT_MS, connectTimeoutMs: config.SUBGRAPH_CONNECT_TIMEOUT_MS }
  const call = await registerGateway(
    app,
    withoutFollowingErrors(options),
    subgraphAddresses(facts, config.SUBGRAPH_URLS),
    limits,
  )
  app.graphql.replaceSchema(createExecutionSchema(composed.apiSdl, createOperationRunner(facts, call)))
  guardGraphql(app, { config })
  // A document that a hook answers is interpreted, not compiled.
  app.graphql.addHook('preExecution', async (_schema, document) => (isConditional(document) ? { document } : undefined))
  if (config.GRAPHIQL ? config.GRAPHIQL === 'on' : config.NODE_ENV !== 'production') await registerGraphiql(app)
  return app
}

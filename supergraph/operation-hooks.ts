import type { FastifyInstance } from 'fastify'
import { isBatched } from '@movieverse/service/graphql-batch.ts'
import { addExplain } from './explain.ts'
import { exampleQueries } from './graphiql/examples.ts'
import { isOfSupergraph, type Operations } from './operations.ts'
import { addPassThrough } from './pass-through.ts'
import { isConditional } from './planner/conditional-documents.ts'
import { operationNamesOf } from './telemetry/known-names.ts'
import { measureOperations } from './telemetry/operation-metrics.ts'
import type { Tracing } from './telemetry/tracing.ts'

export interface OperationHookOptions {
  /** Texts of documents whose operations are counted under their own names. */
  readonly documents?: Iterable<string>
  readonly tracing?: Tracing | undefined
  /** Whether clients may ask for the plan. */
  readonly mayExplain?: boolean
}

/** Mercurius' hooks of the planner. Call it last: whatever refuses operations or looks at their documents goes before. */
export function addOperationHooks(
  app: FastifyInstance,
  operations: Operations,
  { documents = [], tracing, mayExplain = false }: OperationHookOptions = {},
): void {
  const names = operationNamesOf([...exampleQueries.map(({ query }) => query), ...documents])
  app.graphql.addHook('preExecution', (_schema, _document, context) => {
    // Operations of one request share its context as their prototype, and equal ones even their syntax tree.
    if (isOfSupergraph(context) && isBatched(context)) context.runs = new Map()
  })
  if (tracing) addTracing(app, tracing)
  measureOperations(app, (name) => names.has(name))
  if (mayExplain) addExplain(app)
  // A document that a hook answers is interpreted, not compiled.
  app.graphql.addHook('preExecution', (_schema, document) => (isConditional(document) ? { document } : undefined))
  addPassThrough(app, operations)
}

function addTracing(app: FastifyInstance, tracing: Tracing): void {
  app.graphql.addHook('preExecution', (_schema, _document, context) => {
    if (isOfSupergraph(context)) context.trace = tracing.start(context.headers, performance.now() - context.began)
  })
  app.addHook('onClose', () => tracing.close())
}

import { isAscii } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import {
  buildSchema,
  getVariableValues,
  Kind,
  OperationTypeNode,
  parse,
  visit,
  type OperationDefinitionNode,
} from 'graphql'
import type { MercuriusContext } from 'mercurius'
import { isOfSupergraph, type Operations, type SupergraphContext } from './operations.ts'
import { partsOf } from './planner/document-parts.ts'
import type { DirectQuery } from './planner/direct-query.ts'
import type { Run } from './planner/execute.ts'
import { runDirect } from './planner/pass-through.ts'

/** What mercurius executes where the answer is there already: an operation without fields. */
const stub = {
  schema: buildSchema('type Query { _: Boolean }'),
  document: visit(parse('{ _ }'), { [Kind.SELECTION_SET]: (set) => ({ ...set, selections: [] }) }),
}

/**
 * Operations that one subgraph can answer alone are not executed here: its answer is the client's, as bytes where it holds
 * no errors. Whatever other hooks are to see or refuse must be registered before, since what is executed after this hook
 * is a stub; hooks after the execution see the stub's data, or those of the answer where it has errors.
 */
export function addPassThrough(app: FastifyInstance, runner: Operations): void {
  // An async function for those that wait alone: a promise less for each operation.
  app.graphql.addHook('preExecution', (schema, document, context, variables) => {
    if (!isOfSupergraph(context) || !isAlone(context)) return undefined
    const { operations, fragments } = partsOf(document)
    const [operation, another] = operations
    if (!operation || another || operation.operation === OperationTypeNode.SUBSCRIPTION) return undefined
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {})
    const direct = coerced && runner.choose(context, operation, fragments, coerced)?.direct
    return direct && answerDirectly(direct, runner.runOf(context, operation, coerced), operation, context)
  })
  app.graphql.addHook('onResolution', (execution, context) => {
    if (isOfSupergraph(context) && context.direct?.data) execution.data = context.direct.data
  })
}

async function answerDirectly(
  direct: DirectQuery,
  run: Run,
  operation: OperationDefinitionNode,
  context: SupergraphContext,
): Promise<typeof stub | undefined> {
  const answer = await runDirect(direct, run)
  const { bytes, data } = answer
  if (!bytes && !data) {
    // Executed as what came of it: nothing.
    context.runs.set(operation, Promise.resolve({ row: {}, refusals: new Map() }))
    return undefined
  }
  context.direct = answer
  if (bytes) {
    // Fastify names the type of an answer only where it writes it itself.
    // `as`: Fastify takes buffers from serializers, whatever its types say.
    context.reply.type('application/json; charset=utf-8').serializer(serializerOf(bytes) as () => never)
  }
  return stub
}

/** Not one of several operations of a request, which share its reply, and not one of a WebSocket, which has none. */
function isAlone(context: MercuriusContext & { readonly operationId?: unknown }): boolean {
  return context.operationId === undefined && typeof context.reply?.serializer === 'function'
}

/**
 * Writes the bytes of an answer, and after them what hooks have added. Where all are ASCII they come as a text, which
 * leaves in one piece with the headers; bytes do not.
 */
function serializerOf(bytes: Buffer): (execution: unknown) => Buffer | string {
  return (execution) => {
    const { data: _stub, ...added } = execution as Record<string, unknown> // mercurius' execution result
    for (const name in added) {
      if (added[name] === undefined) continue
      return Buffer.concat([bytes.subarray(0, -1), Buffer.from(`,${JSON.stringify(added).slice(1)}`)])
    }
    return isAscii(bytes) ? bytes.toString('latin1') : bytes
  }
}

import type { FastifyInstance } from 'fastify'
import type { ExecutionResult } from 'graphql'
import { documentCost } from '@movieverse/service/graphql-cost.ts'
import type { ErrorCode } from '@movieverse/service/errors.ts'
import { isOurFault } from '@movieverse/service/rest-errors.ts'
import { isOfSupergraph, toldErrors, type SupergraphContext } from '../operations.ts'
import { labelOf } from './operation-label.ts'

const fetchBuckets = [0, 1, 2, 3, 4, 6, 8, 12, 20]
const costBuckets = [1, 10, 50, 100, 250, 500, 1000, 2000, 100_000]

/**
 * Measures every executed operation of the supergraph by name: how long it took, how many calls of subgraphs, and what it
 * may cost at most.
 */
export function measureOperations(app: FastifyInstance, isKnownName: (name: string) => boolean): void {
  const labelNames = ['operation', 'outcome'] as const
  const durations = app.meters.histogram({
    name: 'movieverse_operation_duration_seconds',
    help: 'Seconds from a request to the result of its operation, by name.',
    labelNames,
  })
  const fetches = app.meters.histogram(
    { name: 'movieverse_operation_fetches', help: 'Calls of subgraphs that an operation took.', labelNames },
    fetchBuckets,
  )
  const costs = app.meters.histogram(
    {
      name: 'movieverse_operation_cost',
      help: 'Objects that an answer could have held at most.',
      labelNames: ['operation'],
    },
    costBuckets,
  )
  app.graphql.addHook('preExecution', (schema, document, context, variables) => {
    if (!isOfSupergraph(context)) return
    context.label = labelOf(document, isKnownName)
    costs.observe({ operation: context.label.operation }, documentCost(schema, document, variables))
  })
  app.graphql.addHook('onResolution', (execution, context) => {
    if (!isOfSupergraph(context) || !context.label) return
    const { label, began } = context
    const outcome = outcomeOf(execution, context)
    const measured = { operation: label.operation, outcome }
    durations.observe(measured, (performance.now() - began) / 1000)
    fetches.observe(measured, context.fetches)
    context.trace?.end({ ...label, outcome })
  })
}

/**
 * `ok`; `cancelled` where the client left; `refused` where every error is about what it asked; `partial` and `failed` where one is our fault, which
 * is what the objective of availability counts.
 */
function outcomeOf({ data, errors }: ExecutionResult, context: SupergraphContext): string {
  if (!errors?.length) return 'ok'
  const told = toldErrors(errors, context)
  // `as`: errors have codes of ours, or none where nobody expected them.
  const codes = told.map(({ extensions }) => extensions.code as ErrorCode | undefined)
  if (codes.includes('CANCELLED')) return 'cancelled'
  if (codes.length > 0 && !codes.some(isOurFault)) return 'refused'
  return data === null || data === undefined ? 'failed' : 'partial'
}

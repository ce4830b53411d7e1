import type { FastifyInstance } from 'fastify'
import { Kind, type DocumentNode, type GraphQLError } from 'graphql'
import type { Counter } from './metrics.ts'

type OperationLabels = 'operation' | 'outcome'

interface GraphqlCounters {
  readonly operations: Counter<OperationLabels>
  readonly errors: Counter<'code'>
  readonly refused: () => void
}

const countersByApp = new WeakMap<FastifyInstance, GraphqlCounters>()

/** The counters of an app's GraphQL endpoint. */
export function countersOf(app: FastifyInstance): GraphqlCounters {
  const known = countersByApp.get(app)
  if (known) return known
  const operations = app.meters.counter({
    name: 'movieverse_graphql_operations_total',
    help: 'GraphQL operations by their root field, and whether they were answered wholly, in part, not at all, refused, or cancelled.',
    labelNames: ['operation', 'outcome'],
  })
  const errors = app.meters.counter({
    name: 'movieverse_graphql_errors_total',
    help: 'Errors in GraphQL answers by their code.',
    labelNames: ['code'],
  })
  const counters = { operations, errors, refused: () => operations.inc({ operation: 'none', outcome: 'refused' }) }
  countersByApp.set(app, counters)
  return counters
}

/** What an operation's context keeps for its count: a table by contexts would be work for the garbage collector. */
interface CountedContext {
  rootField?: string | undefined
}

const labels = new WeakMap<DocumentNode, string>()

/**
 * Counts executed operations under the name of their root field, `several` where there is more than one: a bounded
 * set, unlike the names that clients give their operations.
 */
export function countOperations(app: FastifyInstance): void {
  const { operations } = countersOf(app)
  app.graphql.addHook('preExecution', (_schema, document, context: CountedContext) => {
    context.rootField = operationLabel(document)
  })
  app.graphql.addHook('onResolution', ({ data, errors }, context: CountedContext) => {
    if (data === undefined) return
    operations.inc({ operation: context.rootField ?? 'none', outcome: outcomeOf(data, errors) })
  })
}

function outcomeOf(data: unknown, errors: readonly GraphQLError[] = []): string {
  if (errors.length === 0) return 'ok'
  if (errors.some(({ extensions }) => extensions['code'] === 'CANCELLED')) return 'cancelled'
  return data === null ? 'failed' : 'partial'
}

function operationLabel(document: DocumentNode): string {
  const label = labels.get(document) ?? rootFieldOf(document)
  labels.set(document, label)
  return label
}

function rootFieldOf(document: DocumentNode): string {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  const [first, ...others] = operation?.selectionSet.selections ?? []
  if (others.length > 0 || first?.kind !== Kind.FIELD) return 'several'
  return first.name.value
}

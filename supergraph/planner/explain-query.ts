import { buildSchema, getVariableValues, parse, validate } from 'graphql'
import type { ComposedSchema } from '../composition/compose-supergraph.ts'
import { createRegionRouter } from '../regions/region-router.ts'
import { partsOf } from './document-parts.ts'
import { explainPlan } from './explain.ts'
import { OperationPlans } from './operation-plans.ts'
import { isRow } from './representations.ts'
import { parseRoutingFacts } from './routing-facts.ts'

export interface ExplainedQuery {
  readonly query: string
  readonly variables?: unknown
  /** As the X-Region header would say. */
  readonly region?: string | undefined
}

/**
 * The plan of a query as text, without asking anybody. Throws an Error whose message says what is wrong with the query or
 * its variables, one problem a line.
 */
export function explainQuery({ apiSdl, supergraphSdl }: ComposedSchema, asked: ExplainedQuery): string {
  const schema = buildSchema(apiSdl)
  const document = parse(asked.query)
  refuse(validate(schema, document))
  const { operations, fragments } = partsOf(document)
  const [operation] = operations
  if (!operation) throw new Error('there is no operation in the document')
  const given = isRow(asked.variables) ? asked.variables : {}
  const { coerced: variables = {}, errors = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], given)
  refuse(errors)
  const router = createRegionRouter({ header: asked.region, variables })
  const plans = new OperationPlans(parseRoutingFacts(supergraphSdl))
  const { requests, refusals } = plans.choose(operation, fragments, variables, router)
  const refused = [...refusals].map(([property, refusal]) => `refused: ${property}: ${messageOf(refusal)}`)
  return [explainPlan(requests), ...refused].join('\n')
}

function refuse(errors: readonly Error[]): void {
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

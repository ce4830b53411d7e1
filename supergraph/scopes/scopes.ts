import type { FastifyInstance, FastifyRequest } from 'fastify'
import { getVariableValues, type GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import type { MercuriusContext } from 'mercurius'
import { PublicError } from '@movieverse/service/errors.ts'
import { partsOf } from '../planner/document-parts.ts'
import type { ChosenPlan, Fragments } from '../planner/operation-plans.ts'
import { errorsOfRefusals } from './refusals.ts'
import { refusalOf, type Grant, type Requirements } from './requirements.ts'
import { stripOperation, type StrippedOperation } from './stripped-operations.ts'

/** What a refusal leaves in an operation's context. */
export interface ScopedContext {
  errors?: GraphQLError[] | null
  /** A field that is missing is no fault of its own. */
  hasSubgraphErrors: boolean
}

/** What of an operation is to be planned. */
export interface OperationText {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: Fragments
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>
}

/** The requirements of a schema, applied to operations. */
export interface Scopes {
  /** Throws where a field as a whole is refused. */
  readonly assertField: (typeName: string, fieldName: string, request: FastifyRequest) => void
  /**
   * The operation without what the one who asks may not be answered, each of which is told once in the context;
   * undefined where nothing has to be left out.
   */
  readonly strip: (
    text: OperationText,
    request: FastifyRequest,
    context: ScopedContext,
  ) => StrippedOperation | undefined
  readonly isEmpty: boolean
}

/** Remembers what is left out of an operation for each set of scopes that matters to the schema. */
export function createScopes(requirements: Requirements, grantOf: (request: FastifyRequest) => Grant): Scopes {
  const known = new WeakMap<OperationDefinitionNode, Map<string, StrippedOperation | undefined>>()
  const strippedFor = (
    { schema, operation, fragments }: OperationText,
    grant: Grant,
  ): StrippedOperation | undefined => {
    const key = keyOf(requirements, grant)
    const byGrant = known.get(operation) ?? new Map<string, StrippedOperation | undefined>()
    known.set(operation, byGrant)
    if (!byGrant.has(key)) byGrant.set(key, stripOperation(schema, requirements, operation, fragments, grant))
    return byGrant.get(key)
  }
  return {
    isEmpty: requirements.isEmpty,
    assertField(typeName, fieldName, request) {
      const code = refusalOf(requirements.of(typeName, fieldName), grantOf(request))
      if (code) throw new PublicError(code, `${typeName}.${fieldName} is not for this sign-in`)
    },
    strip(text, request, context) {
      if (requirements.isEmpty) return undefined
      const stripped = strippedFor(text, grantOf(request))
      if (!stripped) return undefined
      const { schema, operation, fragments, variables } = text
      context.hasSubgraphErrors = true
      context.errors = [
        ...(context.errors ?? []),
        ...errorsOfRefusals(schema, operation, fragments, stripped.refused, variables),
      ]
      return stripped
    },
  }
}

/** Tells grants apart by what the schema asks for, so that scopes of no meaning here make no difference. */
function keyOf({ scopes }: Requirements, grant: Grant): string {
  if (!grant.isSignedIn) return ''
  return ['signed-in', ...[...grant.scopes].filter((scope) => scopes.has(scope)).toSorted()].join(' ')
}

/** A context in which an operation's plan may be put before it is executed. */
export type PlannedContext = MercuriusContext &
  ScopedContext & {
    readonly request?: FastifyRequest
    planned?: { readonly operation: OperationDefinitionNode; readonly plan: ChosenPlan }
  }

/** Plans an operation; undefined where it cannot be planned. */
export type ChoosePlan = (context: PlannedContext, text: OperationText) => ChosenPlan | undefined

/**
 * Before an operation is executed: puts the plan in place that does without refused fields, so that they are not fetched
 * and come out as null. `scopesNow` answers those of the schema that is served. To be called before anything that plans.
 */
export function addScopes(app: FastifyInstance, scopesNow: () => Scopes, choose: ChoosePlan): void {
  app.graphql.addHook('preExecution', (schema, document, own, given: Record<string, unknown> | undefined) => {
    const scopes = scopesNow()
    if (scopes.isEmpty) return
    // Every operation of the supergraph has such a context.
    const context = own as PlannedContext
    const request = context.reply?.request ?? context.request
    const { operations, fragments } = partsOf(document)
    const [operation] = operations
    if (!operation || !request) throw new Error('an operation that nobody asked for')
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given ?? {})
    if (!coerced) throw errors[0] ?? new Error('variables that are neither right nor wrong')
    const text = { schema, operation, fragments, variables: coerced }
    const stripped = scopes.strip(text, request, context)
    if (!stripped) return
    const plan = choose(context, { ...text, ...stripped })
    if (!plan) throw new Error('an operation without its refused fields could not be planned')
    context.planned = { operation, plan: { ...plan, direct: undefined } }
  })
}

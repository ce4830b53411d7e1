import type { FastifyInstance, FastifyRequest } from 'fastify'
import { getVariableValues, Kind, parse, visit, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import { PublicError } from '@movieverse/service/errors.ts'
import { isOfSupergraph, type Operations, type SupergraphContext } from '../operations.ts'
import { partsOf } from '../planner/document-parts.ts'
import type { Fragments } from '../planner/operation-plans.ts'
import { isRow } from '../planner/representations.ts'

/** What the profile of the one who asks says about regions; `failed` where it could not be read. */
export type ProfileRegion = { readonly code: string | null } | 'failed'

const [question] = partsOf(parse('{ viewer { profile { region } } }', { noLocation: true })).operations

/**
 * Before an operation is planned for good: where a field of it would be refused for want of a region, reads the profile of
 * the one who asks, and no other time. `mayRead` says who has a profile, and a token to read it with. To be called before
 * anything else that plans.
 */
export function addProfileRegions(
  app: FastifyInstance,
  operations: Operations,
  mayRead: (request: FastifyRequest) => boolean,
): void {
  app.graphql.addHook('preExecution', (schema, document, context, given: Record<string, unknown> | undefined) => {
    if (!isOfSupergraph(context) || context.region || !namesRegions(document)) return undefined
    const request = requestOf(context)
    const { operations: asked, fragments } = partsOf(document)
    const [operation] = asked
    if (!operation || !request || !mayRead(request)) return undefined
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given ?? {})
    if (!coerced || !lacksRegion(operations, context, operation, fragments, coerced)) return undefined
    return placeProfile(operations, context)
  })
}

async function placeProfile(operations: Operations, context: SupergraphContext): Promise<void> {
  context.profileRegion = await readProfile(operations, context)
  context.planned = undefined
}

function lacksRegion(
  operations: Operations,
  context: SupergraphContext,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const refusals = operations.choose(context, operation, fragments, variables)?.refusals.values() ?? []
  return [...refusals].some((refusal) => refusal instanceof PublicError && refusal.code === 'REGION_REQUIRED')
}

async function readProfile(operations: Operations, context: SupergraphContext): Promise<ProfileRegion> {
  if (!question) return { code: null }
  const { row, hasFailed } = await operations.ask(context, question)
  if (hasFailed) return 'failed'
  const profile = isRow(row.viewer) ? row.viewer.profile : undefined
  const code = isRow(profile) ? profile.region : undefined
  return { code: typeof code === 'string' ? code : null }
}

const known = new WeakMap<DocumentNode, boolean>()

/** Whether some field of a document is called `region`: most have none, and need no further look. */
function namesRegions(document: DocumentNode): boolean {
  let isNamed = known.get(document)
  if (isNamed === undefined) {
    isNamed = false
    visit(document, { [Kind.FIELD]: ({ name }) => void (isNamed ||= name.value === 'region') })
    known.set(document, isNamed)
  }
  return isNamed
}

/** Over WebSocket there is no reply, whatever the types say. */
function requestOf(context: SupergraphContext & { readonly request?: FastifyRequest }): FastifyRequest | undefined {
  const { reply, request }: Partial<typeof context> = context
  return reply?.request ?? request
}

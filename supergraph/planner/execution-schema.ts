import {
  buildSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
} from 'graphql'
import { isRow, typeNameOf, type Row } from './representations.ts'
import { mutationPropertyOf, propertyOf } from './properties.ts'
import type { RoutingFacts } from './routing-facts.ts'

/** What an operation's run gives its root resolvers. */
export interface OperationResult {
  readonly row: Row
  readonly refusals: ReadonlyMap<string, unknown>
}

/** Runs the operation of which a root field is being resolved; the fields of one operation share one run. */
export type RunOperation<Context> = (context: Context, info: GraphQLResolveInfo) => Promise<OperationResult>

/**
 * The schema that clients see, made executable: root fields run the operation's plan, everything below is read from the
 * result tree. Fields without arguments have no resolver, so that mercurius' compiled queries read them as properties; but
 * those whose value may be one that clients must not see have, for whom it is null.
 */
export function createExecutionSchema<Context>(
  apiSdl: string,
  facts: RoutingFacts,
  run: RunOperation<Context>,
): GraphQLSchema {
  const schema = buildSchema(apiSdl, { assumeValid: true })
  const rootTypes = new Set<unknown>([schema.getQueryType(), schema.getMutationType()])
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isAbstractType(type)) type.resolveType = resolveType
    else if (type === schema.getMutationType()) addRootResolvers(type, facts, run, mutationPropertyOf)
    else if (isObjectType(type) && rootTypes.has(type)) addRootResolvers(type, facts, run, propertyOf)
    else if (isObjectType(type)) addResolvers(type, facts)
  }
  return schema
}

function addRootResolvers<Context>(
  type: GraphQLObjectType,
  facts: RoutingFacts,
  run: RunOperation<Context>,
  keyOf: (node: FieldNode) => string,
): void {
  for (const field of Object.values(type.getFields())) {
    const shown = shownOf(facts, field.type)
    const resolve: GraphQLFieldResolver<unknown, Context> = async (_root, _args, context, info) => {
      const { row, refusals } = await run(context, info)
      const [node] = info.fieldNodes
      const property = node ? keyOf(node) : info.fieldName
      if (refusals.has(property)) throw refusals.get(property)
      return shown ? shown(row[property]) : row[property]
    }
    field.resolve = resolve
  }
}

function addResolvers(type: GraphQLObjectType, facts: RoutingFacts): void {
  for (const field of Object.values(type.getFields())) {
    const shown = shownOf(facts, field.type)
    if (shown) field.resolve = (row: Row, _args, _context, info) => shown(row[propertyFor(info)])
    else if (field.args.length > 0) field.resolve = readProperty
  }
}

/** What clients see of a value that a subgraph answered. */
type Shown = (value: unknown) => unknown

/** Undefined where clients see every value of the type: none is of a hidden type, or a hidden value of an enum. */
function shownOf({ hidden, types }: RoutingFacts, type: GraphQLOutputType): Shown | undefined {
  const { name } = getNamedType(type)
  const values = hidden.get(name)
  const isHidden = (value: unknown): boolean =>
    isRow(value) ? hidden.has(typeNameOf(value) ?? '') : typeof value === 'string' && values?.has(value) === true
  const shown: Shown = (value) => (Array.isArray(value) ? value.map(shown) : isHidden(value) ? null : value)
  const possibleTypes = [...(types.get(name)?.possibleTypes ?? [])]
  return values || possibleTypes.some((possible) => hidden.has(possible)) ? shown : undefined
}

const readProperty: GraphQLFieldResolver<Row, unknown> = (row, _args, _context, info) => row[propertyFor(info)]

function propertyFor({ fieldName, fieldNodes: [node] }: GraphQLResolveInfo): string {
  return node ? propertyOf(node) : fieldName
}

/** The type that a subgraph told; any implementation where it told an interface, which nobody wanted to see through. */
const resolveType: GraphQLTypeResolver<unknown, unknown> = (value, _context, { schema }) => {
  const name = isRow(value) ? typeNameOf(value) : undefined
  const type = name === undefined ? undefined : schema.getType(name)
  return isAbstractType(type) ? schema.getPossibleTypes(type)[0]?.name : name
}

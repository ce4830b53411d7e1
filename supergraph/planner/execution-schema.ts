import {
  buildSchema,
  isAbstractType,
  isObjectType,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
} from 'graphql'
import { isRow, typeNameOf, type Row } from './representations.ts'
import { mutationPropertyOf, propertyOf } from './properties.ts'

/** What an operation's run gives its root resolvers. */
export interface OperationResult {
  readonly row: Row
  readonly refusals: ReadonlyMap<string, unknown>
}

/** Runs the operation of which a root field is being resolved; the fields of one operation share one run. */
export type RunOperation<Context> = (context: Context, info: GraphQLResolveInfo) => Promise<OperationResult>

/**
 * The schema that clients see, made executable: root fields run the operation's plan, everything below is read from the
 * result tree. Fields without arguments have no resolver, so that mercurius' compiled queries read them as properties.
 */
export function createExecutionSchema<Context>(apiSdl: string, run: RunOperation<Context>): GraphQLSchema {
  const schema = buildSchema(apiSdl, { assumeValid: true })
  const rootTypes = new Set<unknown>([schema.getQueryType(), schema.getMutationType()])
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isAbstractType(type)) type.resolveType = resolveType
    else if (type === schema.getMutationType()) addRootResolvers(type, run, mutationPropertyOf)
    else if (isObjectType(type) && rootTypes.has(type)) addRootResolvers(type, run, propertyOf)
    else if (isObjectType(type)) addArgumentResolvers(type)
  }
  return schema
}

function addRootResolvers<Context>(
  type: GraphQLObjectType,
  run: RunOperation<Context>,
  keyOf: (node: FieldNode) => string,
): void {
  for (const field of Object.values(type.getFields())) {
    const resolve: GraphQLFieldResolver<unknown, Context> = async (_root, _args, context, info) => {
      const { row, refusals } = await run(context, info)
      const [node] = info.fieldNodes
      const property = node ? keyOf(node) : info.fieldName
      if (refusals.has(property)) throw refusals.get(property)
      return row[property]
    }
    field.resolve = resolve
  }
}

function addArgumentResolvers(type: GraphQLObjectType): void {
  for (const field of Object.values(type.getFields())) if (field.args.length > 0) field.resolve = readProperty
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

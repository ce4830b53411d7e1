import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  isNonNullType,
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'

/** Values of an operation's variables by name, as they came with the request. */
export type Variables = Readonly<Record<string, unknown>> | null | undefined

/** Every paged list of the platform refuses to give more at once, so a larger number cannot cost more. */
export const largestPage = 100

/** How many items a paged list gives where neither the query nor the schema says. */
const defaultPage = 20

/**
 * How many objects an answer may hold at most, before anything is executed: one for each object, and for lists as
 * many as their paging arguments (`first`, `last`, or those that `@listSize` names), their list of ids, or
 * `assumedSize` allow; lists without paging are short and count once. `@cost(weight:)` of a field replaces the one.
 * After the cost directives of IBM's specification (https://ibm.github.io/graphql-specs/cost-spec.html), in part.
 * The document must be valid. Parsed documents are cached by mercurius, so that each is walked once for every combination
 * of sizes that its variables give.
 */
export function documentCost(schema: GraphQLSchema, document: DocumentNode, variables: Variables): number {
  const known = knownCosts.get(document)
  if (known?.schema === schema) {
    const key = sizesKey(known.sizing, variables)
    const cost = known.bySizes.get(key) ?? measure(schema, document, variables).cost
    if (known.bySizes.size < costsAtMost) known.bySizes.set(key, cost)
    return cost
  }
  const { cost, sizing } = measure(schema, document, variables)
  knownCosts.set(document, { schema, sizing, bySizes: new Map([[sizesKey(sizing, variables), cost]]) })
  return cost
}

interface KnownCosts {
  readonly schema: GraphQLSchema
  /** The variables that say how long lists are. */
  readonly sizing: readonly string[]
  readonly bySizes: Map<string, number>
}

const knownCosts = new WeakMap<DocumentNode, KnownCosts>()

/** How many combinations of sizes are remembered for one document. */
const costsAtMost = 128

/** Tells apart what a cost can depend on: numbers, and how long lists are. */
function sizesKey(sizing: readonly string[], variables: Variables): string {
  let key = ''
  for (const name of sizing) {
    const value = variables?.[name]
    if (typeof value === 'number') key += value
    else if (Array.isArray(value)) key += `[${value.length}]`
    else if (value === null) key += '-'
    key += ','
  }
  return key
}

interface Measured {
  readonly cost: number
  /** The variables that were looked at: the same whatever their values are. */
  readonly sizing: readonly string[]
}

function measure(schema: GraphQLSchema, document: DocumentNode, variables: Variables): Measured {
  const fragments = new Map<string, FragmentDefinitionNode>()
  const operations: OperationDefinitionNode[] = []
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition)
  }
  const sizing = new Set<string>()
  const costs = operations.map((operation) => {
    const values = { ...defaultsOf(operation), ...variables }
    const scope: Scope = { schema, fragments, variables: values, sizing, known: new Map() }
    const root = schema.getRootType(operation.operation)
    return root ? selectionCost(scope, operation.selectionSet, root, noSizes) : 0
  })
  return { cost: Math.max(0, ...costs), sizing: [...sizing] }
}

interface Scope {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Readonly<Record<string, unknown>>
  /** Collects the names of the variables that are looked at. */
  readonly sizing: Set<string>
  /** Costs of fragments: one that is spread a thousand times is walked once for each size of its parent's lists. */
  readonly known: Map<string, number>
}

/** What `@listSize(sizedFields:)` of the parent says about its fields' sizes. */
interface Sizes {
  readonly fields: readonly string[]
  readonly size: number
}

const noSizes: Sizes = { fields: [], size: 1 }

function selectionCost(scope: Scope, { selections }: SelectionSetNode, type: GraphQLNamedType, sizes: Sizes): number {
  let total = 0
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) total += fieldCost(scope, selection, type, sizes)
    else if (selection.kind === Kind.FRAGMENT_SPREAD) total += fragmentCost(scope, selection.name.value, sizes)
    else total += selectionCost(scope, selection.selectionSet, conditionOf(scope, selection.typeCondition, type), sizes)
  }
  return total
}

function fragmentCost(scope: Scope, name: string, sizes: Sizes): number {
  const fragment = scope.fragments.get(name)
  if (!fragment) return 0
  const key = `${name} ${sizes.size} ${sizes.fields.join()}`
  const known = scope.known.get(key)
  if (known !== undefined) return known
  const type = scope.schema.getType(fragment.typeCondition.name.value)
  const cost = type ? selectionCost(scope, fragment.selectionSet, type, sizes) : 0
  scope.known.set(key, cost)
  return cost
}

function conditionOf(
  { schema }: Scope,
  condition: { name: { value: string } } | undefined,
  type: GraphQLNamedType,
): GraphQLNamedType {
  return (condition && schema.getType(condition.name.value)) ?? type
}

function fieldCost(scope: Scope, node: FieldNode, parent: GraphQLNamedType, sizes: Sizes): number {
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
  // Introspection and __typename: bounded by graphql's own rule, and answered from memory.
  if (!field) return 0
  const listSize = directiveOf(field, 'listSize')
  const size = sizeOf(scope, node, field, listSize)
  const sizedFields = listSize ? stringsOf(listSize, 'sizedFields') : pagedFieldsOf(field)
  const own = sizes.fields.includes(node.name.value) ? sizes.size : sizedFields.length > 0 ? 1 : size
  const type = getNamedType(field.type)
  const weight = weightOf(field) ?? (isCompositeType(type) ? 1 : 0)
  const inner = node.selectionSet
    ? selectionCost(scope, node.selectionSet, type, sizedFields.length > 0 ? { fields: sizedFields, size } : noSizes)
    : 0
  return own * (weight + inner)
}

function sizeOf(
  scope: Scope,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  listSize: DirectiveNode | undefined,
): number {
  const named = listSize && stringsOf(listSize, 'slicingArguments')
  const slicing = field.args.filter(({ name }) =>
    named?.length ? named.includes(name) : name === 'first' || name === 'last',
  )
  const given = slicing.map(({ name, defaultValue }) => argumentOf(scope, node, name) ?? defaultValue).filter(isNumber)
  if (given.length > 0) return Math.min(largestPage, Math.max(0, ...given))
  const assumed = listSize && argumentValue(listSize, 'assumedSize')
  if (assumed?.kind === Kind.INT) return Number(assumed.value)
  if (slicing.length > 0) return defaultPage
  return isListType(nullable(field.type)) ? Math.max(1, longestList(scope, node)) : 1
}

/** The fields of a connection that hold its items, where no `@listSize` names them. */
function pagedFieldsOf(field: GraphQLField<unknown, unknown>): string[] {
  const type = getNamedType(field.type)
  const isPaged = field.args.some(({ name }) => name === 'first' || name === 'last')
  if (!isPaged || isListType(nullable(field.type)) || !isObjectType(type)) return []
  return ['edges', 'nodes'].filter((name) => name in type.getFields())
}

function longestList(scope: Scope, node: FieldNode): number {
  const lengths = (node.arguments ?? []).map(({ name }) => argumentOf(scope, node, name.value))
  return Math.max(0, ...lengths.map((value) => (Array.isArray(value) ? value.length : 0)))
}

/** A number or a list that an argument gives, by value or by variable; anything else is undefined. */
function argumentOf({ variables, sizing }: Scope, node: FieldNode | DirectiveNode, name: string): unknown {
  const value = argumentValue(node, name)
  if (value?.kind !== Kind.VARIABLE) return value && literalOf(value)
  sizing.add(value.name.value)
  return variables[value.name.value] ?? undefined
}

function argumentValue(node: FieldNode | DirectiveNode, name: string): ValueNode | undefined {
  return node.arguments?.find((argument) => argument.name.value === name)?.value
}

function literalOf(value: ValueNode): unknown {
  if (value.kind === Kind.INT) return Number(value.value)
  return value.kind === Kind.LIST ? value.values : undefined
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, literalOf(defaultValue)]] : [],
    ),
  )
}

function directiveOf({ astNode }: GraphQLField<unknown, unknown>, name: string): DirectiveNode | undefined {
  return astNode?.directives?.find((directive) => directive.name.value === name)
}

function stringsOf(directive: DirectiveNode, name: string): string[] {
  const value = argumentValue(directive, name)
  return value?.kind === Kind.LIST
    ? value.values.flatMap((item) => (item.kind === Kind.STRING ? [item.value] : []))
    : []
}

function weightOf(field: GraphQLField<unknown, unknown>): number | undefined {
  const cost = directiveOf(field, 'cost')
  const weight = cost && argumentValue(cost, 'weight')
  // Text by the directive's own definition; composition prints numbers.
  const isNumeric = weight?.kind === Kind.STRING || weight?.kind === Kind.INT || weight?.kind === Kind.FLOAT
  return isNumeric ? Number(weight.value) : undefined
}

function nullable(type: GraphQLType): GraphQLType {
  return isNonNullType(type) ? type.ofType : type
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

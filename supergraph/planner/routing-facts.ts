import {
  Kind,
  parse,
  type DefinitionNode,
  type FieldDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql'
import { parseFieldSet } from './field-sets.ts'
import { hiddenTypes } from './hidden-types.ts'
import {
  argumentsOf,
  directivesOf,
  fieldSet,
  joinsOf,
  namedTypeOf,
  parseTypeNode,
  text,
  truth,
  type JoinArguments,
} from './join-directives.ts'

/** One resolver of a field: what one subgraph's SDL says about it. */
export interface FieldFacts {
  readonly name: string
  /** Its type in this subgraph, which may be narrower than the composed one. */
  readonly type: TypeNode
  readonly namedType: string
  /** Whether this subgraph declares another type than the composed schema. */
  readonly isOwnType: boolean
  /** Declared for keys, @requires or @provides only: it cannot be selected everywhere. */
  readonly external: boolean
  /** Whose field it is while an override is progressive; see override-labels.ts. */
  readonly label: { readonly text: string; readonly isOfNewOwner: boolean } | undefined
  readonly requires: SelectionSetNode | undefined
  readonly provides: SelectionSetNode | undefined
}

export interface KeyFacts {
  readonly fields: SelectionSetNode
  /** The fields at its top. */
  readonly names: ReadonlySet<string>
  /** False where `_entities` does not answer for this key. */
  readonly resolvable: boolean
}

/** What one subgraph knows of one composite type. */
export interface TypeFacts {
  readonly name: string
  readonly isAbstract: boolean
  /** An object here that stands for an interface of other subgraphs. */
  readonly isInterfaceObject: boolean
  readonly keys: readonly KeyFacts[]
  readonly fields: ReadonlyMap<string, FieldFacts>
  /** The object types a value may have here; an object type's own name alone. */
  readonly possibleTypes: readonly string[]
}

export interface SubgraphFacts {
  readonly name: string
  readonly url: string
  readonly types: ReadonlyMap<string, TypeFacts>
}

/** What the composed schema as a whole says of one composite type. */
export interface ComposedType {
  readonly name: string
  readonly isAbstract: boolean
  readonly possibleTypes: ReadonlySet<string>
  /** The named type of each field. */
  readonly fields: ReadonlyMap<string, string>
}

/** Who can answer what: everything the planner needs of a supergraph, and nothing of requests. */
export interface RoutingFacts {
  readonly subgraphs: ReadonlyMap<string, SubgraphFacts>
  readonly types: ReadonlyMap<string, ComposedType>
  /** Types, and enums with values, that subgraphs answer and clients may not see; for an enum those values. */
  readonly hidden: ReadonlyMap<string, ReadonlySet<string>>
  readonly rootTypes: { readonly query: string; readonly mutation: string; readonly subscription: string }
}

/** Reads the join__ directives of a supergraph SDL. Throws a GraphQLError where it does not parse. */
export function parseRoutingFacts(supergraphSdl: string): RoutingFacts {
  const { definitions } = parse(supergraphSdl, { noLocation: true })
  const composites = definitions.filter(isComposite)
  const composed = composedTypes(composites)
  const subgraphs = new Map<string, SubgraphFacts>()
  for (const graph of graphsOf(definitions)) {
    subgraphs.set(graph.name, { name: graph.name, url: graph.url, types: typesOf(graph.id, composites) })
  }
  return { subgraphs, types: composed, hidden: hiddenTypes(definitions), rootTypes: rootTypesOf(definitions) }
}

type CompositeNode = Extract<
  DefinitionNode,
  { kind: Kind.OBJECT_TYPE_DEFINITION | Kind.INTERFACE_TYPE_DEFINITION | Kind.UNION_TYPE_DEFINITION }
>

function isComposite(node: DefinitionNode): node is CompositeNode {
  const { kind } = node
  return (
    kind === Kind.OBJECT_TYPE_DEFINITION ||
    kind === Kind.INTERFACE_TYPE_DEFINITION ||
    kind === Kind.UNION_TYPE_DEFINITION
  )
}

function graphsOf(definitions: readonly DefinitionNode[]): Array<{ id: string; name: string; url: string }> {
  const graphs = definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  )
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) throw new TypeError('not a supergraph SDL: no join__Graph')
  return (graphs.values ?? []).map((value) => {
    const { name, url } = argumentsOf(directivesOf(value.directives, 'join__graph')[0])
    return { id: value.name.value, name: text(name) ?? value.name.value, url: text(url) ?? '' }
  })
}

function rootTypesOf(definitions: readonly DefinitionNode[]): RoutingFacts['rootTypes'] {
  const names = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }
  const schema = definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION)
  for (const root of schema?.operationTypes ?? []) names[root.operation] = root.type.name.value
  return names
}

function composedTypes(nodes: readonly CompositeNode[]): Map<string, ComposedType> {
  const types = new Map<string, ComposedType & { possibleTypes: Set<string> }>()
  for (const node of nodes) {
    const fields = new Map(fieldsOf(node).map((field) => [field.name.value, namedTypeOf(field.type)]))
    const isAbstract = node.kind !== Kind.OBJECT_TYPE_DEFINITION
    const name = node.name.value
    types.set(name, { name, isAbstract, fields, possibleTypes: new Set(isAbstract ? [] : [name]) })
  }
  for (const node of nodes) {
    if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const member of node.types ?? []) types.get(node.name.value)?.possibleTypes.add(member.name.value)
    } else if (node.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const parent of node.interfaces ?? []) types.get(parent.name.value)?.possibleTypes.add(node.name.value)
    }
  }
  return types
}

function typesOf(graph: string, nodes: readonly CompositeNode[]): Map<string, TypeFacts> {
  const types = new Map<string, TypeFacts & { possibleTypes: string[] }>()
  for (const node of nodes) {
    const joins = joinsOf(node, 'join__type', graph)
    if (joins.length === 0) continue
    const isInterfaceObject = joins.some((join) => truth(join.isInterfaceObject))
    const isAbstract = node.kind !== Kind.OBJECT_TYPE_DEFINITION && !isInterfaceObject
    const name = node.name.value
    const keys = joins.flatMap(keysOf)
    types.set(name, {
      name,
      isAbstract,
      isInterfaceObject,
      keys,
      fields: subgraphFields(graph, node, keys),
      possibleTypes: isAbstract ? [] : [name],
    })
  }
  for (const node of nodes) addPossibleTypes(graph, node, types)
  return types
}

function keysOf({ key, resolvable }: JoinArguments): KeyFacts[] {
  if (typeof key !== 'string') return []
  const fields = parseFieldSet(key)
  const names = new Set(fields.selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : [])))
  return [{ fields, names, resolvable: resolvable !== false }]
}

function addPossibleTypes(
  graph: string,
  node: CompositeNode,
  types: Map<string, TypeFacts & { possibleTypes: string[] }>,
): void {
  const name = node.name.value
  if (node.kind === Kind.UNION_TYPE_DEFINITION) {
    for (const join of joinsOf(node, 'join__unionMember', graph))
      types.get(name)?.possibleTypes.push(text(join.member) ?? '')
  } else if (node.kind === Kind.OBJECT_TYPE_DEFINITION && types.has(name)) {
    for (const join of joinsOf(node, 'join__implements', graph)) {
      const parent = types.get(text(join.interface) ?? '')
      if (parent?.isAbstract) parent.possibleTypes.push(name)
    }
  }
}

function subgraphFields(graph: string, node: CompositeNode, keys: readonly KeyFacts[]): Map<string, FieldFacts> {
  const fields = new Map<string, FieldFacts>()
  const keyNames = new Set(keys.flatMap(({ names }) => [...names]))
  for (const field of fieldsOf(node)) {
    const joins = directivesOf(field.directives, 'join__field').map(argumentsOf)
    const named = joins.find((candidate) => text(candidate.graph) === graph)
    // A key's fields are there, whatever else is said of them.
    const join = joins.length === 0 || keyNames.has(field.name.value) ? (named ?? {}) : named
    if (join) fields.set(field.name.value, fieldFacts(field, join))
  }
  for (const name of requiredLeaves(fields)) {
    const field = fields.get(name)
    if (field) fields.set(name, { ...field, external: true })
  }
  return fields
}

function fieldFacts(field: FieldDefinitionNode, join: JoinArguments): FieldFacts {
  const ownType = text(join.type)
  const type = ownType === undefined ? field.type : parseTypeNode(ownType)
  const label = text(join.overrideLabel)
  return {
    name: field.name.value,
    type,
    namedType: namedTypeOf(type),
    isOwnType: ownType !== undefined,
    // What another subgraph overrides may still be part of a key or an interface here.
    external: truth(join.external) || truth(join.usedOverridden),
    label: label === undefined ? undefined : { text: label, isOfNewOwner: text(join.override) !== undefined },
    requires: fieldSet(join.requires),
    provides: fieldSet(join.provides),
  }
}

/**
 * What is required is external, as the specification has it. Composition with @theguild/federation-composition 0.27 loses
 * that of fields of an interface object.
 */
function requiredLeaves(fields: ReadonlyMap<string, FieldFacts>): string[] {
  const selections = [...fields.values()].flatMap(({ requires }) => requires?.selections ?? [])
  return selections.flatMap((node) => (node.kind === Kind.FIELD && !node.selectionSet ? [node.name.value] : []))
}

function fieldsOf(node: CompositeNode): readonly FieldDefinitionNode[] {
  return node.kind === Kind.UNION_TYPE_DEFINITION ? [] : (node.fields ?? [])
}

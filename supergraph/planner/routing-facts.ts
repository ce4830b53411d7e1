import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql'
import { parseFieldSet } from './field-sets.ts'

/** One resolver of a field: what one subgraph's SDL says about it. */
export interface FieldFacts {
  readonly name: string
  /** Its type in this subgraph, which may be narrower than the composed one. */
  readonly type: TypeNode
  readonly namedType: string
  /** Declared for keys, @requires or @provides only: it cannot be selected everywhere. */
  readonly external: boolean
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
  return { subgraphs, types: composed, rootTypes: rootTypesOf(definitions) }
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
      fields: subgraphFields(graph, node),
      possibleTypes: isAbstract ? [] : [name],
    })
  }
  for (const node of nodes) addPossibleTypes(graph, node, types)
  return types
}

function keysOf({ key, resolvable }: Arguments): KeyFacts[] {
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

function subgraphFields(graph: string, node: CompositeNode): Map<string, FieldFacts> {
  const fields = new Map<string, FieldFacts>()
  for (const field of fieldsOf(node)) {
    const joins = directivesOf(field.directives, 'join__field').map(argumentsOf)
    const join = joins.length === 0 ? {} : joins.find((candidate) => text(candidate.graph) === graph)
    if (join === undefined || truth(join.usedOverridden)) continue
    const ownType = text(join.type)
    const type = ownType === undefined ? field.type : parseTypeNode(ownType)
    const name = field.name.value
    fields.set(name, {
      name,
      type,
      namedType: namedTypeOf(type),
      external: truth(join.external),
      requires: fieldSet(join.requires),
      provides: fieldSet(join.provides),
    })
  }
  return fields
}

function fieldsOf(node: CompositeNode): readonly FieldDefinitionNode[] {
  return node.kind === Kind.UNION_TYPE_DEFINITION ? [] : (node.fields ?? [])
}

type Arguments = Record<string, string | boolean | undefined>

function joinsOf(node: CompositeNode, directive: string, graph: string): Arguments[] {
  return directivesOf(node.directives, directive)
    .map(argumentsOf)
    .filter((join) => text(join.graph) === graph)
}

function directivesOf(directives: readonly ConstDirectiveNode[] | undefined, name: string): ConstDirectiveNode[] {
  return (directives ?? []).filter((directive) => directive.name.value === name)
}

function argumentsOf(directive: ConstDirectiveNode | undefined): Arguments {
  const values: Arguments = {}
  for (const { name, value } of directive?.arguments ?? [])
    values[name.value] = 'value' in value ? value.value : undefined
  return values
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function truth(value: string | boolean | undefined): boolean {
  return value === true
}

function fieldSet(value: string | boolean | undefined): SelectionSetNode | undefined {
  return typeof value === 'string' ? parseFieldSet(value) : undefined
}

function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type)
}

function parseTypeNode(source: string): TypeNode {
  const definition = parse(`type T { f: ${source} }`, { noLocation: true }).definitions[0]
  const field = definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? definition.fields?.[0] : undefined
  if (!field) throw new TypeError(`not a type: ${source}`)
  return field.type
}

import {
  Kind,
  print,
  visit,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumValueNode,
  type FieldDefinitionNode,
  type StringValueNode,
  type TypeNode,
} from 'graphql'
import { argumentsOf, directivesOf, namedTypeOf, text } from '../planner/join-directives.ts'
import { parseRoutingFacts, type RoutingFacts } from '../planner/routing-facts.ts'
import type { SubgraphDefinition } from './compose-supergraph.ts'

/** What subgraphs declare a field to be, by their ids in the supergraph. */
type Declared = ReadonlyMap<string, TypeNode>

/**
 * The supergraph with each field of the widest type that subgraphs declare: a union or an interface where another declares
 * one of its members. Composition with @theguild/federation-composition 0.27 takes the first one it meets, and forgets at
 * root fields that the others' is another.
 */
export function withWidestTypes(
  supergraph: DocumentNode,
  subgraphs: ReadonlyArray<{ readonly name: SubgraphDefinition['name']; readonly document: DocumentNode }>,
): DocumentNode {
  const facts = parseRoutingFacts(print(supergraph))
  const ids = graphIds(supergraph)
  const declared = subgraphs.map(({ name, document }) => ({ id: ids.get(name) ?? name, fields: declaredIn(document) }))
  let typeName = ''
  const enter = ({ name }: { readonly name: { readonly value: string } }): void => {
    typeName = name.value
  }
  return visit(supergraph, {
    [Kind.OBJECT_TYPE_DEFINITION]: { enter },
    [Kind.INTERFACE_TYPE_DEFINITION]: { enter },
    [Kind.FIELD_DEFINITION]: (field) => {
      const types = new Map<string, TypeNode>()
      for (const { id, fields } of declared) {
        const type = fields.get(`${typeName}.${field.name.value}`)
        if (type) types.set(id, type)
      }
      return widened(facts, field, types)
    },
  })
}

function graphIds({ definitions }: DocumentNode): Map<string, string> {
  const graphs = definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  )
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : []
  return new Map(
    values.map(({ name, directives }) => [
      text(argumentsOf(directivesOf(directives, 'join__graph')[0])['name']) ?? name.value,
      name.value,
    ]),
  )
}

function declaredIn({ definitions }: DocumentNode): Map<string, TypeNode> {
  const declared = new Map<string, TypeNode>()
  for (const node of definitions)
    for (const field of fieldsOf(node)) {
      const isExternal = directivesOf(field.directives, 'external').length > 0
      if ('name' in node && node.name && !isExternal) declared.set(`${node.name.value}.${field.name.value}`, field.type)
    }
  return declared
}

function fieldsOf(node: DefinitionNode): readonly FieldDefinitionNode[] {
  const isOfFields =
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.OBJECT_TYPE_EXTENSION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_EXTENSION
  return isOfFields ? (node.fields ?? []) : []
}

/** Undefined where all declare the same, or no type is the widest. */
function widened(
  { types }: RoutingFacts,
  field: FieldDefinitionNode,
  declared: Declared,
): FieldDefinitionNode | undefined {
  const names = [...new Set([...declared.values()].map(namedTypeOf))]
  if (names.length < 2) return undefined
  const possible = (name: string): ReadonlySet<string> => types.get(name)?.possibleTypes ?? new Set()
  const widest = names.find(
    (name) => types.get(name)?.isAbstract && names.every((other) => possible(other).isSubsetOf(possible(name))),
  )
  if (widest === undefined) return undefined
  const type = withName(field.type, widest)
  const joins = [...declared].map(([graph, own]) => joinOf(field, graph, print(own) === print(type) ? undefined : own))
  const others = (field.directives ?? []).filter((directive) => !declared.has(graphOf(directive)))
  return { ...field, type, directives: [...others, ...joins] }
}

function graphOf(directive: ConstDirectiveNode): string {
  const isJoin = directive.name.value === 'join__field'
  return isJoin ? (text(argumentsOf(directive)['graph']) ?? '') : ''
}

function joinOf(field: FieldDefinitionNode, graph: string, ownType: TypeNode | undefined): ConstDirectiveNode {
  const known = field.directives?.find((directive) => graphOf(directive) === graph)
  const kept = known?.arguments?.filter(({ name }) => name.value !== 'type' && name.value !== 'graph') ?? []
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'join__field' },
    arguments: [
      argument('graph', { kind: Kind.ENUM, value: graph }),
      ...(ownType ? [argument('type', { kind: Kind.STRING, value: print(ownType) })] : []),
      ...kept,
    ],
  }
}

function argument(name: string, value: EnumValueNode | StringValueNode): ConstArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value }
}

function withName(type: TypeNode, name: string): TypeNode {
  if (type.kind === Kind.NAMED_TYPE) return { ...type, name: { kind: Kind.NAME, value: name } }
  const inner = withName(type.type, name)
  if (type.kind === Kind.LIST_TYPE) return { ...type, type: inner }
  return inner.kind === Kind.NON_NULL_TYPE ? inner : { ...type, type: inner }
}

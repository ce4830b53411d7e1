import { Kind, parse, type ConstDirectiveNode, type SelectionSetNode, type TypeNode } from 'graphql'
import { parseFieldSet } from './field-sets.ts'

/** The arguments of a directive by name; only texts and truth values. */
export type JoinArguments = Record<string, string | boolean | undefined>

/** What the directives of a type say about one graph. */
export function joinsOf(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  directive: string,
  graph: string,
): JoinArguments[] {
  return directivesOf(node.directives, directive)
    .map(argumentsOf)
    .filter((join) => text(join.graph) === graph)
}

/** The directives of a name. */
export function directivesOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): ConstDirectiveNode[] {
  return (directives ?? []).filter((directive) => directive.name.value === name)
}

/** Reads a directive's arguments. */
export function argumentsOf(directive: ConstDirectiveNode | undefined): JoinArguments {
  const values: JoinArguments = {}
  for (const { name, value } of directive?.arguments ?? [])
    values[name.value] = 'value' in value ? value.value : undefined
  return values
}

/** A text, or undefined. */
export function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Whether a value is true. */
export function truth(value: string | boolean | undefined): boolean {
  return value === true
}

/** A field set's selection, or undefined. */
export function fieldSet(value: string | boolean | undefined): SelectionSetNode | undefined {
  return typeof value === 'string' ? parseFieldSet(value) : undefined
}

/** The type within lists and non-nulls. */
export function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type)
}

/** Reads a type such as `[Int!]`. Throws a TypeError where it is none. */
export function parseTypeNode(source: string): TypeNode {
  const definition = parse(`type T { f: ${source} }`, { noLocation: true }).definitions[0]
  const field = definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? definition.fields?.[0] : undefined
  if (!field) throw new TypeError(`not a type: ${source}`)
  return field.type
}

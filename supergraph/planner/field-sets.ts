import { Kind, parse, type SelectionSetNode } from 'graphql'

/** The selection that a federation field set (`"id organization { id }"`) names. Throws a GraphQLError where it does not parse. */
export function parseFieldSet(fields: string): SelectionSetNode {
  const definition = parse(`{${fields}}`, { noLocation: true }).definitions[0]
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError(`not a field set: ${fields}`)
  return definition.selectionSet
}

/** What a @provides field set, seen from a type, makes selectable: the sub-selections given for a field, or undefined. */
export function providedFor(
  provides: readonly SelectionSetNode[],
  typeName: string,
  fieldName: string,
  includes: (condition: string, typeName: string) => boolean,
): readonly SelectionSetNode[] | undefined {
  let found: SelectionSetNode[] | undefined
  for (const { selections } of provides) {
    for (const node of selections) {
      if (node.kind === Kind.FIELD && node.name.value === fieldName) {
        found ??= []
        if (node.selectionSet) found.push(node.selectionSet)
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value
        if (condition !== undefined && !includes(condition, typeName)) continue
        const nested = providedFor([node.selectionSet], typeName, fieldName, includes)
        if (nested) found = [...(found ?? []), ...nested]
      }
    }
  }
  return found
}

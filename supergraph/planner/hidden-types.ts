import { Kind, type ConstDirectiveNode, type DefinitionNode } from 'graphql'
import { directivesOf } from './join-directives.ts'

/** The inaccessible types of a supergraph, and its enums with inaccessible values; for an enum those values. */
export function hiddenTypes(definitions: readonly DefinitionNode[]): Map<string, Set<string>> {
  const hidden = new Map<string, Set<string>>()
  for (const node of definitions) {
    const isComposite =
      node.kind === Kind.OBJECT_TYPE_DEFINITION ||
      node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      node.kind === Kind.UNION_TYPE_DEFINITION
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION && !isComposite) continue
    const values = node.kind === Kind.ENUM_TYPE_DEFINITION ? (node.values ?? []).filter(isInaccessible) : []
    if (values.length > 0 || isInaccessible(node))
      hidden.set(node.name.value, new Set(values.map(({ name }) => name.value)))
  }
  return hidden
}

function isInaccessible({ directives }: { readonly directives?: readonly ConstDirectiveNode[] | undefined }): boolean {
  return directivesOf(directives, 'inaccessible').length > 0
}

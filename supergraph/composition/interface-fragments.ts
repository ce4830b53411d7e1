import {
  Kind,
  print,
  visit,
  type DocumentNode,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { parseFieldSet } from '../planner/field-sets.ts'

const requiring = new Set(['requires', 'federation__requires'])

/**
 * The subgraph with its `@requires` spelled out where they look through an interface: `... on Named { name }` becomes the
 * same of each implementation that the subgraph knows. Composition with @theguild/federation-composition 0.27 takes what is
 * required through a fragment on an interface for something that nobody can answer.
 */
export function withoutInterfaceFragments(subgraph: DocumentNode): DocumentNode {
  const implementations = implementationsIn(subgraph)
  return visit(subgraph, {
    [Kind.DIRECTIVE]: (directive) => {
      const [fields] = directive.arguments ?? []
      if (!requiring.has(directive.name.value) || fields?.value.kind !== Kind.STRING) return undefined
      if (!fields.value.value.includes('...')) return undefined
      const spelledOut = spellOut(implementations, parseFieldSet(fields.value.value).selections, undefined)
      const value = { ...fields.value, value: spelledOut.map(print).join(' '), block: false }
      return { ...directive, arguments: [{ ...fields, value }] }
    },
  })
}

function implementationsIn({ definitions }: DocumentNode): Map<string, Set<string>> {
  const implementations = new Map<string, Set<string>>()
  for (const node of definitions) {
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION && !implementations.has(node.name.value))
      implementations.set(node.name.value, new Set())
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue
    for (const { name } of node.interfaces ?? []) {
      const known = implementations.get(name.value) ?? new Set()
      implementations.set(name.value, known.add(node.name.value))
    }
  }
  return implementations
}

/** `within` is the object type that the selections are about, where that is known. */
function spellOut(
  implementations: ReadonlyMap<string, ReadonlySet<string>>,
  selections: readonly SelectionNode[],
  within: string | undefined,
): SelectionNode[] {
  const below = (set: SelectionSetNode, type: string | undefined): SelectionSetNode => ({
    ...set,
    selections: spellOut(implementations, set.selections, type),
  })
  return selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FIELD)
      return [node.selectionSet ? { ...node, selectionSet: below(node.selectionSet, undefined) } : node]
    if (node.kind === Kind.FRAGMENT_SPREAD) return [node]
    const condition = node.typeCondition?.name.value
    if (condition === undefined) return below(node.selectionSet, within).selections
    const types = implementations.get(condition) ?? new Set([condition])
    if (within !== undefined) return types.has(within) ? below(node.selectionSet, within).selections : []
    return [...types].map((type) => on(type, below(node.selectionSet, type)))
  })
}

function on(typeName: string, selectionSet: SelectionSetNode): InlineFragmentNode {
  const name = { kind: Kind.NAME, value: typeName } as const
  return { kind: Kind.INLINE_FRAGMENT, typeCondition: { kind: Kind.NAMED_TYPE, name }, selectionSet }
}

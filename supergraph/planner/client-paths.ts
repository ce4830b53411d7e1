import { Kind, OperationTypeNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'
import { mutationPropertyOf, propertyOf } from './properties.ts'
import { isRow, typeNameOf } from './representations.ts'
import { includesType, isLeftOut, type SelectionScope } from './wanted.ts'

/** Steps down a tree: properties of the result tree, or the client's names; and positions in lists. */
export type Path = ReadonlyArray<string | number>

/** Tells what a client calls the places of the result tree, where a property may stand under several names or none. */
export class ClientPaths {
  readonly #scope: SelectionScope
  readonly #operation: OperationDefinitionNode

  constructor(scope: SelectionScope, operation: OperationDefinitionNode) {
    this.#scope = scope
    this.#operation = operation
  }

  /** The client's paths to a place of a result tree, as far down as the client asked for anything. */
  of(root: unknown, properties: Path): Path[] {
    const found: Path[] = []
    this.#walk(root, [this.#operation.selectionSet], properties, [], found)
    const longest = Math.max(...found.map(({ length }) => length))
    return found.filter(({ length }) => length === longest)
  }

  #walk(value: unknown, selections: readonly SelectionSetNode[], left: Path, path: Path, found: Path[]): void {
    const [head, ...rest] = left
    if (typeof head === 'number') {
      this.#walk(Array.isArray(value) ? value[head] : undefined, selections, rest, [...path, head], found)
      return
    }
    const names = new Map<string, SelectionSetNode[]>()
    if (head !== undefined) for (const set of selections) this.#collect(set, value, head, path.length === 0, names)
    if (names.size === 0) found.push(path)
    for (const [name, below] of names) {
      this.#walk(isRow(value) && head !== undefined ? value[head] : undefined, below, rest, [...path, name], found)
    }
  }

  #collect(
    { selections }: SelectionSetNode,
    value: unknown,
    property: string,
    isRoot: boolean,
    into: Map<string, SelectionSetNode[]>,
  ): void {
    const isMutation = isRoot && this.#operation.operation === OperationTypeNode.MUTATION
    for (const node of selections) {
      if (isLeftOut(node.directives, this.#scope.booleans)) continue
      if (node.kind === Kind.FIELD) {
        if ((isMutation ? mutationPropertyOf(node) : propertyOf(node)) !== property) continue
        const name = (node.alias ?? node.name).value
        into.set(name, [...(into.get(name) ?? []), ...(node.selectionSet ? [node.selectionSet] : [])])
        continue
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#scope.fragments.get(node.name.value) : node
      if (fragment && this.#isOf(value, fragment.typeCondition?.name.value))
        this.#collect(fragment.selectionSet, value, property, isRoot, into)
    }
  }

  /** Whether an object may be of a type; it may where nobody asked for its own. */
  #isOf(value: unknown, condition: string | undefined): boolean {
    const typeName = isRow(value) ? typeNameOf(value) : undefined
    if (condition === undefined || typeName === undefined) return true
    return (
      this.#scope.facts.types.get(typeName)?.isAbstract !== false ||
      includesType(this.#scope.facts, condition, typeName)
    )
  }
}

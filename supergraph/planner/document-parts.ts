import { Kind, type DocumentNode, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql'
import type { Fragments } from './operation-plans.ts'

/** A document's operations in their order, and its fragments by name. */
export interface DocumentParts {
  readonly operations: readonly OperationDefinitionNode[]
  readonly fragments: Fragments
}

const known = new WeakMap<DocumentNode, DocumentParts>()

/** Taken apart once for each document, of which mercurius keeps a bounded number. */
export function partsOf(document: DocumentNode): DocumentParts {
  let parts = known.get(document)
  if (!parts) {
    const { definitions } = document
    const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    const fragments = definitions.filter(
      (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
    )
    parts = { operations, fragments: Object.fromEntries(fragments.map((node) => [node.name.value, node])) }
    known.set(document, parts)
  }
  return parts
}

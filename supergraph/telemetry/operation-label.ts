import { Kind, type DocumentNode } from 'graphql'

/** What is known of an operation once it is to be executed. */
export interface OperationLabel {
  /** A known name, or `other`: clients name their operations as they like, and metrics must stay few. */
  readonly operation: string
  readonly kind: string
}

const labels = new WeakMap<DocumentNode, OperationLabel>()

/** The label of a document's operation, the first where there are several. */
export function labelOf(document: DocumentNode, isKnownName: (name: string) => boolean): OperationLabel {
  let label = labels.get(document)
  if (!label) {
    const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
    const name = operation?.name?.value
    label = {
      operation: name !== undefined && isKnownName(name) ? name : 'other',
      kind: operation?.operation ?? 'query',
    }
    labels.set(document, label)
  }
  return label
}

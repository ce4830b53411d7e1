import { Kind, parse } from 'graphql'

/** The names of the operations in documents; what does not parse has none. */
export function operationNamesOf(texts: Iterable<string>): Set<string> {
  return new Set([...texts].flatMap(namesIn))
}

function namesIn(text: string): string[] {
  try {
    return parse(text, { noLocation: true }).definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION && node.name ? [node.name.value] : [],
    )
  } catch {
    return []
  }
}

import { parse, print, separateOperations } from 'graphql'
import type { OperationParameters } from '@movieverse/service/graphql-documents.ts'
import { publicLimits } from '@movieverse/service/graphql-limits.ts'

/** Documents of several operations that were taken apart; the oldest go first. */
const knownAtMost = 200

const known = new Map<string, string>()

/**
 * Leaves in a document of several operations the one that is named, with its fragments, since mercurius keeps one compiled
 * query for a document, whatever operation is named. Every other document stays as it is, for others to refuse: one of
 * more tokens than clients may send, too, of which no more is read than they may.
 */
export function keepNamedOperation(parameters: OperationParameters): void {
  const { query, operationName } = parameters
  if (typeof query !== 'string' || typeof operationName !== 'string' || !maySeveral(query)) return
  const key = `${operationName} ${query}`
  const text = known.get(key) ?? namedOperation(query, operationName)
  known.set(key, text)
  const [oldest] = known.keys()
  if (known.size > knownAtMost && oldest !== undefined) known.delete(oldest)
  parameters.query = text
}

function maySeveral(text: string): boolean {
  return (text.match(/\b(?:query|mutation|subscription)\b/g) ?? []).length > 1
}

function namedOperation(text: string, name: string): string {
  try {
    const operations = separateOperations(parse(text, { maxTokens: publicLimits.tokens }))
    const operation = operations[name]
    return operation && Object.keys(operations).length > 1 ? print(operation) : text
  } catch {
    return text
  }
}

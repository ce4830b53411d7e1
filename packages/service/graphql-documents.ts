import type { FastifyRequest } from 'fastify'

/** What a client sends of an operation: in a body, in a query string (extensions as JSON), or over a WebSocket. */
export interface OperationParameters {
  query?: unknown
  documentId?: unknown
  operationName?: unknown
  extensions?: unknown
}

/**
 * Puts the text of a document that a client names by its hash into `query`. Throws a PublicError where there is none, or
 * where the client may not send a text of its own. `request` is the one that carries the parameters or, over WebSocket,
 * the one that opened it.
 */
export type ResolveDocument = (parameters: OperationParameters, request: FastifyRequest) => void

/**
 * The SHA-256 in hex by which a client names a stored document: `documentId: "sha256:<hex>"` (appendix of GraphQL over
 * HTTP) or Apollo's `extensions.persistedQuery.sha256Hash`; undefined where it names none, null where it uses neither
 * form rightly.
 */
export function storedDocumentHash({ documentId, extensions }: OperationParameters): string | null | undefined {
  if (documentId !== undefined && documentId !== null) return hashOf(documentId, /^sha256:([0-9a-f]{64})$/i)
  const given = typeof extensions === 'string' ? parsed(extensions) : extensions
  const persisted = isRecord(given) ? given.persistedQuery : undefined
  if (persisted === undefined || persisted === null) return undefined
  return isRecord(persisted) ? hashOf(persisted.sha256Hash, /^([0-9a-f]{64})$/i) : null
}

/** Whether a client names a stored document, rightly or not. */
export function asksForStoredDocument(parameters: OperationParameters): boolean {
  return storedDocumentHash(parameters) !== undefined
}

function hashOf(value: unknown, form: RegExp): string | null {
  return (typeof value === 'string' && form.exec(value)?.[1]?.toLowerCase()) || null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

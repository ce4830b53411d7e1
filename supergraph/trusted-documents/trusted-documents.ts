import type { FastifyRequest } from 'fastify'
import { PublicError } from '@movieverse/service/errors.ts'
import { storedDocumentHash, type ResolveDocument } from '@movieverse/service/graphql-documents.ts'
import { hashOf, type Manifest } from './manifest.ts'

/** The documents that clients may name by hash. */
export interface TrustedDocuments {
  readonly resolve: ResolveDocument
  /** The trusted text that a request asks for; undefined where the client sent a text of its own. */
  readonly textOf: (request: FastifyRequest) => string | undefined
}

export interface TrustedDocumentsOptions {
  readonly manifest: Manifest
  /** Whether everything else is refused. */
  readonly isRequired: boolean
}

/**
 * Finds documents by hash: TRUSTED_DOCUMENT_REQUIRED for other texts where only trusted ones are taken,
 * PERSISTED_QUERY_NOT_FOUND for an unknown hash, PERSISTED_QUERY_NOT_SUPPORTED where there is no manifest, on which
 * clients that try a hash first send the text. Nothing that clients send is ever stored.
 */
export function createTrustedDocuments({ manifest, isRequired }: TrustedDocumentsOptions): TrustedDocuments {
  const asked = new WeakMap<FastifyRequest, string>()
  const trusted = (request: FastifyRequest, text: string): string => {
    if (!request.ws) asked.set(request, text)
    return text
  }
  return {
    textOf: (request) => asked.get(request),
    resolve(parameters, request) {
      const { query } = parameters
      const hash = storedDocumentHash(parameters)
      const hasText = typeof query === 'string' && query !== ''
      if (hash === null) throw new PublicError('BAD_REQUEST', 'A document is named as "sha256:" and 64 hex digits')
      if (hash !== undefined) {
        const known = manifest.get(hash)
        if (known !== undefined && (!hasText || known === query)) parameters.query = trusted(request, known)
        else if (hasText && hash !== hashOf(query))
          throw new PublicError('BAD_REQUEST', 'The hash is another document’s')
        else if (!hasText || request.method === 'GET') throw notKnown(manifest)
        else if (isRequired) throw required()
        return
      }
      if (!isRequired || !hasText) return
      if (manifest.get(hashOf(query)) !== query) throw required()
      trusted(request, query)
    },
  }
}

function required(): PublicError {
  return new PublicError('TRUSTED_DOCUMENT_REQUIRED', 'Only documents that were registered before are answered here')
}

function notKnown(manifest: Manifest): PublicError {
  return manifest.size === 0
    ? new PublicError('PERSISTED_QUERY_NOT_SUPPORTED', 'No documents are stored here: send the text')
    : new PublicError('PERSISTED_QUERY_NOT_FOUND', 'No document is stored under this hash')
}

import type { FastifyRequest } from 'fastify'
import { getOperationAST, type DocumentNode } from 'graphql'
import { PublicError } from './errors.ts'
import type { OperationParameters } from './graphql-documents.ts'

const names = new WeakMap<FastifyRequest, string>()

/**
 * Keeps a request's operationName until its document is parsed. Documents hold one operation, so that nothing but this
 * check needs it; mercurius would look it up by GET before it validates, and trip over a name that is not there.
 */
export function setOperationNameAside(parameters: OperationParameters, request: FastifyRequest): void {
  const { operationName } = parameters
  delete parameters.operationName
  if (typeof operationName === 'string' && operationName !== '') names.set(request, operationName)
}

/** Throws where a document does not hold the operation that its request named. */
export function assertOperationName(document: DocumentNode, request: FastifyRequest): void {
  const name = names.get(request)
  if (name === undefined || getOperationAST(document, name)) return
  throw new PublicError('GRAPHQL_VALIDATION_FAILED', `Unknown operation named "${name}".`)
}

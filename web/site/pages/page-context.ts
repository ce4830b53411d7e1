import type { FastifyBaseLogger } from 'fastify'
import type { Language } from '../../sign-in/messages/languages.ts'
import type { VisitorApi } from '../api/visitor-api.ts'

/** What a page is loaded with. A page asks the API at most twice. */
export interface PageContext {
  readonly api: VisitorApi
  readonly query: URLSearchParams
  readonly language: Language
  /** The region that the visitor chose. */
  readonly region: string | null
  readonly log: FastifyBaseLogger
}

import type { FastifyRequest } from 'fastify'
import type { WebConfig } from '../config.ts'
import { hashOfToken } from '../http/tokens.ts'
import type { Forms } from '../sign-in/forms.ts'
import type { Sessions } from '../sign-in/sessions/sessions.ts'
import { sessionTokenOf } from '../sign-in/visit.ts'
import type { EdgeApi } from './api/edge-api.ts'
import { visitorApi, type VisitorApi } from './api/visitor-api.ts'
import type { SiteBundle } from './bundle/site-bundle.ts'
import type { EdgeTokens } from './session/edge-tokens.ts'
import type { SiteTokens } from './session/site-tokens.ts'

/** What the routes of the website work with. */
export interface SiteContext {
  readonly config: WebConfig
  readonly api: EdgeApi
  readonly edgeTokens: EdgeTokens
  readonly tokens: SiteTokens
  readonly sessions: Sessions
  readonly forms: Forms
  readonly bundle: SiteBundle
  readonly now: () => Date
}

/** The session of a request by the hash of its cookie; null where nobody is signed in. */
export function sessionHashOf(request: FastifyRequest): string | null {
  const token = sessionTokenOf(request)
  return token === null || request.visit.account === null ? null : hashOfToken(token)
}

/** The public API as the visitor of a request has it. */
export function apiOf(context: SiteContext, request: FastifyRequest): Promise<VisitorApi> {
  return visitorApi(context, sessionHashOf(request))
}

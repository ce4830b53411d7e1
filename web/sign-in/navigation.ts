import type { FastifyReply, FastifyRequest } from 'fastify'
import { queryOf } from '../http/form-body.ts'
import { localPathOf } from '../http/local-path.ts'
import type { SignInContext } from './context.ts'
import { readAuthorizationRequest } from './consents/authorization-request.ts'

/** Where a visitor goes when they came from nowhere. */
export const homePath = '/account'

/** Sends the browser on; a form that was posted is not posted again. */
export function goTo(reply: FastifyReply, location: string): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(location, 303)
}

/** Sends a visitor to sign in and back to a path. */
export function goToSignIn(reply: FastifyReply, returnTo: string): FastifyReply {
  return goTo(reply, `/sign-in?return=${encodeURIComponent(returnTo)}`)
}

/** The path that the `return` parameter of a page names, or home. */
export function returnPathOf(given: string | undefined): string {
  return localPathOf(given, homePath)
}

/** A notice that the page before left for this one; the query holds only its name. */
export function noticeOf<Name extends string>(
  request: FastifyRequest,
  texts: Readonly<Record<Name, string>>,
): string | undefined {
  const name = queryOf(request.url).notice
  return Object.entries<string>(texts).find(([known]) => known === name)?.[1]
}

/** The app's origin, where a path of ours leads to an app that may be sent a code without a further page. */
export function originsBehind(path: string, findApp: SignInContext['findApp']): string[] {
  if (!path.startsWith('/authorize?')) return []
  const outcome = readAuthorizationRequest(queryOf(path), findApp)
  if (outcome.kind === 'refused') return []
  return [new URL(outcome.kind === 'good' ? outcome.request.redirectUri : outcome.location).origin]
}

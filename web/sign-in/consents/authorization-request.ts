import type { App } from '@movieverse/kong/apps.ts'
import type { Fields } from '../../http/form-body.ts'

/** A request of an app to act for somebody, checked against the list of apps. */
export interface AuthorizationRequest {
  readonly app: App
  readonly redirectUri: string
  /** Without repetition; possibly none. */
  readonly scopes: readonly string[]
  readonly state: string | null
  readonly codeChallenge: string
}

/**
 * What becomes of an authorization request: it is good; it is sent back to its app with an error; or nobody is sent
 * anywhere, since the app or its address is not one of ours (RFC 6749, 4.1.2.1).
 */
export type RequestOutcome =
  | { readonly kind: 'good'; readonly request: AuthorizationRequest }
  | { readonly kind: 'sentBack'; readonly location: string }
  | { readonly kind: 'refused'; readonly problem: 'unknownApp' | 'unknownRedirect' | 'badRequest' }

/** Finds an app that signs people in by its client id. */
export type FindApp = (clientId: string) => App | undefined

const maxStateLength = 1024

/** Reads the parameters of an authorization request with a code and PKCE, as RFC 6749 and RFC 7636 have them. */
export function readAuthorizationRequest(fields: Fields, findApp: FindApp): RequestOutcome {
  const app = findApp(fields.client_id ?? '')
  if (!app) return { kind: 'refused', problem: 'unknownApp' }
  const redirectUri = redirectUriOf(app, fields.redirect_uri)
  if (redirectUri === null) return { kind: 'refused', problem: 'unknownRedirect' }
  const state = fields.state ?? null
  if (state !== null && state.length > maxStateLength) return { kind: 'refused', problem: 'badRequest' }
  const scopes = [...new Set((fields.scope ?? '').split(' ').filter((scope) => scope !== ''))]
  const error = errorOf(app, scopes, fields)
  if (error) return { kind: 'sentBack', location: errorLocation({ redirectUri, state }, ...error) }
  return { kind: 'good', request: { app, redirectUri, scopes, state, codeChallenge: fields.code_challenge ?? '' } }
}

/** The app's address with an error for it in the query, as RFC 6749 4.1.2.1 has it. */
export function errorLocation(
  { redirectUri, state }: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
  error: string,
  description: string,
): string {
  const location = new URL(redirectUri)
  location.searchParams.append('error', error)
  location.searchParams.append('error_description', description)
  if (state !== null) location.searchParams.append('state', state)
  return location.href
}

/** The same parameters again, for hidden fields and for the edge. */
export function parametersOf({ app, redirectUri, scopes, state, codeChallenge }: AuthorizationRequest): Fields {
  return {
    client_id: app.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    ...(state === null ? {} : { state }),
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  }
}

/** Only a registered address, letter by letter; it may be left out where there is just one. */
function redirectUriOf({ redirectUris }: App, given: string | undefined): string | null {
  if (given === undefined) return redirectUris.length === 1 ? (redirectUris[0] ?? null) : null
  return redirectUris.find((uri) => uri === given) ?? null
}

function errorOf(
  app: App,
  scopes: readonly string[],
  { response_type, code_challenge, code_challenge_method = 'S256' }: Fields,
): [error: string, description: string] | null {
  if (response_type !== 'code') return ['unsupported_response_type', 'response_type must be code']
  if (!scopes.every((scope) => (app.scopes as readonly string[]).includes(scope)))
    // widened to look any text up
    return ['invalid_scope', `scope may hold ${app.scopes.join(' ') || 'nothing'}`]
  if (code_challenge_method !== 'S256') return ['invalid_request', 'code_challenge_method must be S256']
  if (!/^[\w-]{43}$/.test(code_challenge ?? ''))
    return ['invalid_request', 'code_challenge must be a SHA-256 in base64url (PKCE)']
  return null
}

import type { OwnAnswer } from '../../exchange.ts'
import type { OAuth2Client } from '../../plugin.ts'
import { readArguments, writeArguments } from '../arguments.ts'
import { jsonAnswer } from '../own-answers.ts'
import { invalidClient } from './client-credentials.ts'
import { randomToken } from '../../tokens/token-rows.ts'
import {
  hasProvisionKey,
  isOAuth2Error,
  isSecure,
  oauth2Error,
  readScope,
  requiredUser,
  textOf,
  type EndpointCall,
  type OAuth2Error,
} from './context.ts'
import { issueToken, scopeOfService, type TokenAnswer } from './issue.ts'
import { readChallenge } from './pkce.ts'
import { unregisteredRedirect } from './token-endpoint.ts'

const codeLifetimeMs = 300_000

/**
 * Answers POST …/oauth2/authorize, which the sign-in page calls: with the address to send the browser to, be it with a
 * code or with an error. Only errors of the page itself, and an unknown client, are answered as errors.
 */
export async function answerAuthorizeCall(call: EndpointCall): Promise<OwnAnswer> {
  const refusal = refusalOf(call)
  if (refusal) return answer(call, 400, { ...refusal })
  const client = call.edge.credentials.findClient(textOf(call.parameters, 'client_id') ?? '')
  const [firstUri] = client?.redirectUris ?? []
  if (!client || firstUri === undefined) return answer(call, 400, { ...(pkceProblem(call) ?? invalidClient()) })
  const asked = textOf(call.parameters, 'redirect_uri') ?? firstUri
  const uri = client.redirectUris.includes(asked) ? asked : firstUri
  const outcome = await authorize(call, client, asked === uri)
  return jsonAnswer(isOAuth2Error(outcome) ? 400 : 200, { redirect_uri: redirectTo(call, uri, outcome) }, uncached)
}

const uncached = [
  ['cache-control', 'no-store'],
  ['pragma', 'no-cache'],
] as const

function answer({ parameters }: EndpointCall, status: number, body: object): OwnAnswer {
  return jsonAnswer(status, { ...body, state: textOf(parameters, 'state') }, uncached)
}

function refusalOf(call: EndpointCall): OAuth2Error | undefined {
  if (!isSecure(call)) return oauth2Error('access_denied', 'You must use HTTPS')
  if (!hasProvisionKey(call)) return oauth2Error('invalid_provision_key', 'Invalid provision_key')
  const user = requiredUser(call)
  return isOAuth2Error(user) ? user : undefined
}

function pkceProblem(call: EndpointCall): OAuth2Error | undefined {
  const challenge = readChallenge(call, undefined)
  return isOAuth2Error(challenge) ? challenge : undefined
}

type Outcome = OAuth2Error | TokenAnswer | { readonly code: string }

/** What the browser is sent back with: of several errors the one that Kong finds last. */
async function authorize(call: EndpointCall, client: OAuth2Client, isRegistered: boolean): Promise<Outcome> {
  const challenge = readChallenge(call, client)
  if (isOAuth2Error(challenge)) return challenge
  if (!isRegistered) return unregisteredRedirect()
  const scope = readScope(call)
  if (isOAuth2Error(scope)) return scope
  const subject = { client, scope, authenticatedUserId: textOf(call.parameters, 'authenticated_userid') }
  const responseType = textOf(call.parameters, 'response_type')
  if (responseType === 'token' && call.settings.enable_implicit_grant) return issueToken(call, subject, false)
  if (responseType !== 'code' || !call.settings.enable_authorization_code) {
    return oauth2Error('unsupported_response_type', 'Invalid response_type')
  }
  const code = randomToken()
  await call.edge.tokens.saveCode(code, {
    credentialId: client.id,
    serviceId: scopeOfService(call),
    scope,
    authenticatedUserId: subject.authenticatedUserId,
    challenge,
    expiresAt: call.edge.now() + codeLifetimeMs,
  })
  return { code }
}

/** An implicit grant's token travels in the fragment; everything else in the query, beside what is registered there. */
function redirectTo({ parameters }: EndpointCall, uri: string, outcome: Outcome): string {
  const [withoutFragment = '', fragment] = uri.split('#', 2)
  const [base = '', query] = withoutFragment.split('?', 2)
  const isImplicit = 'access_token' in outcome
  const all = readArguments(isImplicit ? fragment : query)
  for (const [name, value] of Object.entries({ ...outcome, state: textOf(parameters, 'state') })) {
    if (value !== undefined) all.set(name, [String(value)])
  }
  if (isImplicit) return `${withoutFragment}#${writeArguments(all)}`
  return `${base}?${writeArguments(all)}${fragment === undefined ? '' : `#${fragment}`}`
}

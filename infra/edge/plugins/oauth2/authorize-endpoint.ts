import type { ClientEntity } from '../../declarative/entities.ts'
import type { OwnAnswer } from '../../own-answer.ts'
import { randomToken } from '../../tokens/token-rows.ts'
import { Arguments } from '../arguments.ts'
import { invalidClient, OAuth2Error, type EndpointCall } from './endpoint-call.ts'
import { issueToken, type TokenAnswer } from './issue.ts'
import { readChallenge } from './pkce.ts'

const codeLifetimeMs = 300_000

/**
 * Answers POST …/oauth2/authorize, which the sign-in page calls: with the address to send the browser to, be it with a
 * code or with an error. Only errors of the page itself, and an unknown client, are answered as errors.
 */
export async function answerAuthorizeCall(call: EndpointCall): Promise<OwnAnswer> {
  call.requireHttps()
  call.requireProvisionKey()
  call.requireUser()
  const client = call.edge.credentials.clients.get(call.text('client_id') ?? '')
  const [firstUri] = client?.redirect_uris ?? []
  if (!client || firstUri === undefined) {
    readChallenge(call, undefined)
    throw invalidClient()
  }
  const asked = call.text('redirect_uri') ?? firstUri
  const uri = client.redirect_uris.includes(asked) ? asked : firstUri
  try {
    return call.answer(200, { redirect_uri: redirectTo(call, uri, { ...(await authorize(call, client, asked)) }) })
  } catch (error) {
    if (!(error instanceof OAuth2Error)) throw error
    const outcome = { error: error.code, error_description: error.message }
    return call.answer(400, { redirect_uri: redirectTo(call, uri, outcome) })
  }
}

/** What the browser is sent back with. */
async function authorize(
  call: EndpointCall,
  client: ClientEntity,
  redirectUri: string,
): Promise<TokenAnswer | { readonly code: string }> {
  const { settings, edge } = call
  const challenge = readChallenge(call, client)
  call.requireRegistered(redirectUri, client)
  const subject = call.subjectOf(client)
  const responseType = call.text('response_type')
  if (responseType === 'token' && settings.enable_implicit_grant) return issueToken(call, subject, false)
  if (responseType !== 'code' || !settings.enable_authorization_code) {
    throw new OAuth2Error('unsupported_response_type', 'Invalid response_type')
  }
  const code = randomToken()
  const expiry = edge.now() + codeLifetimeMs
  const entry = { ...subject, service_id: call.serviceId, challenge: challenge ?? null, expires_at: expiry }
  await edge.tokens.saveCode(code, entry)
  return { code }
}

/** An implicit grant's token travels in the fragment; everything else in the query, beside what is registered there. */
function redirectTo(
  call: EndpointCall,
  uri: string,
  outcome: Readonly<Record<string, string | number | undefined>>,
): string {
  const [withoutFragment = '', fragment] = uri.split('#', 2)
  const [base = '', query] = withoutFragment.split('?', 2)
  const isImplicit = 'access_token' in outcome
  const all = Arguments.read(isImplicit ? fragment : query)
  const fields: typeof outcome = { ...outcome, state: call.text('state') }
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) all.set(name, String(value))
  }
  if (isImplicit) return `${withoutFragment}#${all.toString()}`
  return `${base}?${all.toString()}${fragment === undefined ? '' : `#${fragment}`}`
}

import type { ClientEntity } from '../../declarative/entities.ts'
import type { OwnAnswer } from '../../own-answer.ts'
import { randomToken } from '../../tokens/token-rows.ts'
import { Arguments } from '../arguments.ts'
import { invalidClient, invalidRequest, OAuth2Error, storable, type EndpointCall } from './endpoint-call.ts'

const codeLifetimeMs = 300_000

/**
 * Answers POST …/oauth2/authorize, which the sign-in page calls: with the address to send the browser to, be it with a
 * code or with an error. Only errors of the page itself, and an unknown client, are answered as errors.
 */
export async function answerAuthorizeCall(call: EndpointCall): Promise<OwnAnswer> {
  call.requireHttps()
  call.requireProvisionKey()
  call.requireUser()
  const client = call.clientOf(call.parameters['client_id'])
  const [firstUri] = client?.redirect_uris ?? []
  if (!client || firstUri === undefined) {
    readChallenge(call, undefined)
    throw invalidClient()
  }
  const asked = call.parameters['redirect_uri'] ?? firstUri
  const uri = client.redirect_uris.find((registered) => registered === asked) ?? firstUri
  const { state } = call.parameters
  try {
    const outcome = await authorize(call, client, asked)
    return call.answer(200, { redirect_uri: redirectTo(uri, { ...outcome, state }) })
  } catch (error) {
    if (!(error instanceof OAuth2Error)) throw error
    const outcome = { error: error.code, error_description: error.message, state }
    return call.answer(400, { redirect_uri: redirectTo(uri, outcome) })
  }
}

/** What the browser is sent back with. Of several errors the one that Kong finds last. */
async function authorize(call: EndpointCall, client: ClientEntity, redirectUri: unknown): Promise<object | undefined> {
  const { settings, edge, exchange, parameters } = call
  const challenge = readChallenge(call, client)
  call.requireRegistered(redirectUri, client)
  const subject = call.subjectOf(client)
  const { response_type: type } = parameters
  if (type === 'token' && settings.enable_implicit_grant) return call.issueToken(subject, false)
  if (type !== 'code' || !settings.enable_authorization_code) {
    throw new OAuth2Error('unsupported_response_type', 'Invalid response_type')
  }
  const code = randomToken()
  const entry = {
    ...subject,
    service_id: exchange.service?.id ?? null,
    challenge: storable('code_challenge', challenge),
  }
  await edge.tokens.saveCode(code, entry, edge.now() + codeLifetimeMs)
  return { code }
}

/** The code challenge of an authorization request, undefined for one that needs none. Only S256 is known. */
function readChallenge(call: EndpointCall, client: ClientEntity | undefined): unknown {
  const { code_challenge: challenge, code_challenge_method: method } = call.parameters
  if (challenge === undefined && method !== undefined) {
    throw invalidRequest('code_challenge is required when code_method is present')
  }
  if (method !== undefined && method !== 'S256' && method !== 's256') {
    throw invalidRequest('code_challenge_method is not supported, must be S256')
  }
  if (challenge === undefined && client && call.needsPkce(client)) {
    throw invalidRequest(`code_challenge is required for ${client.client_type} clients`)
  }
  return challenge
}

/** An implicit grant's token travels in the fragment; everything else in the query, beside what is registered there. */
function redirectTo(uri: string, outcome: object): string {
  const [base = '', query] = uri.split('?', 2)
  if ('access_token' in outcome) return `${uri}#${writeFields(outcome)}`
  return `${base}?${writeFields({ ...Arguments.read(query).toRecord(), ...outcome })}`
}

/** By name in order; an empty value goes without its '='. */
function writeFields(fields: object): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => (value === '' ? escapeText(name) : `${escapeText(name)}=${escapeText(String(value))}`))
    .join('&')
}

/** All but letters, digits and '_' are escaped. */
function escapeText(text: string): string {
  const bytes = Buffer.from(text).toString('latin1')
  return bytes.replace(/\W/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

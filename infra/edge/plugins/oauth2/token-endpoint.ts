import { createHash } from 'node:crypto'
import type { ClientEntity } from '../../declarative/entities.ts'
import type { OwnAnswer } from '../../own-answer.ts'
import { invalidClient, invalidRequest, isBlank, isSecret, OAuth2Error, type EndpointCall } from './endpoint-call.ts'

/** Answers POST …/oauth2/token. Of several errors the one that Kong finds last: a secret's, a client's, a grant's. */
export async function answerTokenCall(call: EndpointCall): Promise<OwnAnswer> {
  call.requireHttps()
  return call.answer(200, { ...(await grant(call)) })
}

type Granted = Promise<object | undefined>

async function grant(call: EndpointCall): Granted {
  const { settings, parameters } = call
  const { client, challenge } = readClient(call)
  const { grant_type: type } = parameters
  if (type === 'client_credentials' && settings.enable_client_credentials) return grantByClient(call, client)
  if (type !== 'client_credentials') {
    if (!client || client.redirect_uris.length === 0) throw invalidClient(challenge)
    call.requireRegistered(parameters['redirect_uri'], client)
    if (type === 'authorization_code') return grantByCode(call, client)
    if (type === 'refresh_token') return grantByRefresh(call, client)
    if (type === 'password' && settings.enable_password_grant) return grantByUser(call, client)
  }
  throw new OAuth2Error('unsupported_grant_type', 'Invalid grant_type')
}

interface SentClient {
  /** Undefined for one that is unknown. */
  readonly client: ClientEntity | undefined
  /** What to answer with where its credentials came by Basic and are wrong. */
  readonly challenge: string | undefined
}

/** The client that a call names, by its form or, where that has no secret, by Basic. */
function readClient(call: EndpointCall): SentClient {
  const { client_id: formId, client_secret: formSecret } = call.parameters
  const header = call.exchange.request.headers.get(call.settings.auth_header_name)
  const isInForm = header === undefined || (formId !== undefined && formSecret !== undefined)
  const [id, secret] = isInForm ? [formId, formSecret] : basicCredentials(header)
  // Kong knows no client where the form and Basic name different ones.
  if (id !== undefined && formId !== undefined && id !== formId) return { client: undefined, challenge: undefined }
  const challenge = isInForm ? undefined : 'Basic realm="OAuth2.0"'
  const client = call.clientOf(id)
  if (client?.client_type === 'public') {
    if (!isBlank(secret)) throw invalidRequest('client_secret is disallowed for public clients')
  } else if (client && !isSecret(secret, client.client_secret)) throw invalidClient(challenge)
  return { client, challenge }
}

/** Id and secret; a secret ends at a colon. */
function basicCredentials(header: string): string[] {
  const [, encoded] = /[Bb]asic\s*(.+)/.exec(header) ?? []
  return encoded === undefined ? [] : Buffer.from(encoded, 'base64').toString().split(':')
}

/** A code is good for the client that it was made for, and where it was made. */
async function grantByCode(call: EndpointCall, client: ClientEntity): Granted {
  const { tokens } = call.edge
  const code = textOf(call.parameters['code'])
  const found = await tokens.findCode(code)
  const isOurs = found?.credential_id === client.id && found.service_id === (call.exchange.service?.id ?? null)
  if (!isOurs) throw invalidRequest('Invalid code')
  if (found.challenge !== null || call.needsPkce(client)) requireVerifier(call, found.challenge)
  if (!(await tokens.takeCode(code))) throw invalidRequest('Invalid code')
  return call.issueToken(found, true)
}

/** Passes a token request whose code verifier fits the code's challenge. */
function requireVerifier({ parameters: { code_verifier: verifier } }: EndpointCall, challenge: string | null): void {
  if (verifier === undefined) throw invalidRequest('code_verifier is required for PKCE authorization requests')
  if (typeof verifier !== 'string') throw invalidRequest('code_verifier is not a string')
  if (verifier.length < 43 || verifier.length > 128) {
    throw invalidRequest('code_verifier must be between 43 and 128 characters')
  }
  const proof = createHash('sha256').update(verifier).digest()
  if (!proof.equals(Buffer.from(challenge ?? '', 'base64url'))) throw new OAuth2Error('invalid_grant', 'Invalid code')
}

/** Only a token for a user needs the provision key. A public client needs no secret. */
async function grantByClient(call: EndpointCall, client: ClientEntity | undefined): Granted {
  if (call.parameters['authenticated_userid'] !== undefined) call.requireProvisionKey()
  if (!client) throw invalidClient()
  return call.issueToken(call.subjectOf(client), false)
}

/** The provision key and the user's id are the proof; a user name and a password are not looked at. */
async function grantByUser(call: EndpointCall, client: ClientEntity): Granted {
  call.requireProvisionKey()
  call.requireUser()
  return call.issueToken(call.subjectOf(client), true)
}

async function grantByRefresh(call: EndpointCall, client: ClientEntity): Granted {
  const used = textOf(call.parameters['refresh_token'])
  const found = await call.edge.tokens.findRefreshToken(used)
  const isHere = call.serviceId === null || call.serviceId === found?.service_id
  if (!found || !isHere) throw invalidRequest('Invalid refresh_token')
  if (found.credential_id !== client.id) throw invalidClient()
  const { scopes = [] } = call.settings
  if (found.scope?.split(' ').some((scope) => !scopes.includes(scope))) {
    throw new OAuth2Error('invalid_scope', 'Scope mismatch')
  }
  const issued = await call.issueToken(found, true, used)
  if (!issued) throw invalidRequest('Invalid refresh_token')
  return issued
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

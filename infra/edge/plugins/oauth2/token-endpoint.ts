import type { ClientEntity } from '../../declarative/entities.ts'
import type { OwnAnswer } from '../../own-answer.ts'
import { invalidClient, isSameSecret, OAuth2Error, type EndpointCall } from './endpoint-call.ts'
import { issueToken, reissueToken, type TokenAnswer } from './issue.ts'
import { requireVerifier } from './pkce.ts'

/** Answers POST …/oauth2/token. Of several errors the one that Kong finds last: a secret's, a client's, a grant's. */
export async function answerTokenCall(call: EndpointCall): Promise<OwnAnswer> {
  call.requireHttps()
  const { client, isBasic } = readClient(call)
  const type = call.text('grant_type')
  if (type === 'client_credentials' && call.settings.enable_client_credentials) {
    return call.answer(200, await grantByClient(call, client))
  }
  if (type === 'client_credentials') throw unsupportedGrant()
  if (!client) throw invalidClient(isBasic ? basicChallenge : undefined)
  call.requireRegistered(call.parameters['redirect_uri'], client)
  if (type === 'authorization_code') return call.answer(200, await grantByCode(call, client))
  if (type === 'refresh_token') return call.answer(200, await grantByRefresh(call, client))
  if (type !== 'password' || !call.settings.enable_password_grant) throw unsupportedGrant()
  return call.answer(200, await grantByUser(call, client))
}

function unsupportedGrant(): OAuth2Error {
  return new OAuth2Error('unsupported_grant_type', 'Invalid grant_type')
}

const basicChallenge = 'Basic realm="OAuth2.0"'

/** The client that a call names, undefined where it is unknown; credentials in the form win over Basic ones. */
function readClient(call: EndpointCall): { client: ClientEntity | undefined; isBasic: boolean } {
  const { clientId, secret, isBasic } = sentCredentials(call)
  const client = clientId ? call.edge.credentials.clients.get(clientId) : undefined
  if (client?.client_type === 'public') {
    if (secret?.trim()) throw new OAuth2Error('invalid_request', 'client_secret is disallowed for public clients')
  } else if (client && (secret === undefined || !isSameSecret(secret, client.client_secret))) {
    throw invalidClient(isBasic ? basicChallenge : undefined)
  }
  return { client, isBasic }
}

interface SentCredentials {
  readonly clientId: string | undefined
  readonly secret: string | undefined
  readonly isBasic: boolean
}

function sentCredentials(call: EndpointCall): SentCredentials {
  const inForm = { clientId: call.text('client_id'), secret: call.text('client_secret'), isBasic: false }
  const { clientId, secret } = inForm
  const header = call.exchange.request.headers.get(call.settings.auth_header_name)
  if ((clientId !== undefined && secret !== undefined) || header === undefined) return inForm
  const [, encoded] = /^\s*basic\s*(.+)/i.exec(header) ?? []
  const [basicId, basicSecret] = encoded === undefined ? [] : Buffer.from(encoded, 'base64').toString().split(':')
  if (clientId !== undefined && clientId !== basicId) return { ...inForm, clientId: undefined }
  return { clientId: basicId, secret: basicSecret, isBasic: true }
}

async function grantByCode(call: EndpointCall, client: ClientEntity): Promise<TokenAnswer> {
  const { tokens } = call.edge
  const invalidCode = new OAuth2Error('invalid_request', 'Invalid code')
  const code = call.text('code') ?? ''
  const found = await tokens.findCode(code)
  if (found?.credential_id !== client.id) throw invalidCode
  if (call.serviceId !== null && call.serviceId !== found.service_id) throw invalidCode
  if (found.challenge !== null) requireVerifier(call, found.challenge)
  if (!(await tokens.takeCode(code))) throw invalidCode
  return issueToken(call, found, true)
}

/** Only a token for a user needs the provision key. A public client needs no secret. */
async function grantByClient(call: EndpointCall, client: ClientEntity | undefined): Promise<TokenAnswer> {
  if (call.parameters['authenticated_userid'] !== undefined) call.requireProvisionKey()
  if (!client) throw invalidClient()
  return issueToken(call, call.subjectOf(client), false)
}

/** The provision key and the user's id are the proof; a user name and a password are not looked at. */
async function grantByUser(call: EndpointCall, client: ClientEntity): Promise<TokenAnswer> {
  call.requireProvisionKey()
  call.requireUser()
  return issueToken(call, call.subjectOf(client), true)
}

async function grantByRefresh(call: EndpointCall, client: ClientEntity): Promise<TokenAnswer> {
  const invalidToken = new OAuth2Error('invalid_request', 'Invalid refresh_token')
  const refresh = call.text('refresh_token') ?? ''
  const found = await call.edge.tokens.findRefreshToken(refresh)
  if (!found || (call.serviceId !== null && call.serviceId !== found.service_id)) throw invalidToken
  if (found.credential_id !== client.id) throw invalidClient()
  const answer = await reissueToken(call, refresh, found)
  if (!answer) throw invalidToken
  return answer
}

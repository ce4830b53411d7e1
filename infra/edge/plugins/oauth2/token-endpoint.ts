import type { AnswerHeaders, OwnAnswer } from '../../exchange.ts'
import type { OAuth2Client } from '../../plugin.ts'
import { jsonAnswer } from '../own-answers.ts'
import { invalidClient, readClient } from './client-credentials.ts'
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
import { issueToken, reissueToken, scopeOfService, type TokenAnswer } from './issue.ts'
import { checkVerifier } from './pkce.ts'

const uncached: AnswerHeaders = [
  ['cache-control', 'no-store'],
  ['pragma', 'no-cache'],
]

/** Answers POST …/oauth2/token. */
export async function answerTokenCall(call: EndpointCall): Promise<OwnAnswer> {
  const result = await grantToken(call)
  if (!isOAuth2Error(result)) return jsonAnswer(200, result, uncached)
  const { challenge, ...error } = result
  const body = { ...error, state: textOf(call.parameters, 'state') }
  if (challenge === undefined) return jsonAnswer(400, body, uncached)
  return jsonAnswer(401, body, [...uncached, ['WWW-Authenticate', challenge]])
}

type Granted = Promise<TokenAnswer | OAuth2Error>

/** Of several errors the one that Kong finds last: a secret's before a client's before a grant's. */
async function grantToken(call: EndpointCall): Granted {
  if (!isSecure(call)) return oauth2Error('access_denied', 'You must use HTTPS')
  const { client, problem, isBasic } = readClient(call)
  if (problem) return problem
  const type = textOf(call.parameters, 'grant_type')
  if (type === 'client_credentials') {
    return call.settings.enable_client_credentials ? grantByClient(call, client) : unsupportedGrant()
  }
  if (!client) return invalidClient(isBasic)
  if (!hasRegisteredRedirect(call, client)) return unregisteredRedirect()
  const grant = grantOf(call, type)
  return grant === undefined ? unsupportedGrant() : grant(call, client)
}

function unsupportedGrant(): OAuth2Error {
  return oauth2Error('unsupported_grant_type', 'Invalid grant_type')
}

type Grant = (call: EndpointCall, client: OAuth2Client) => Granted

function grantOf({ settings }: EndpointCall, type: string | undefined): Grant | undefined {
  if (type === 'authorization_code') return grantByCode
  if (type === 'refresh_token') return grantByRefresh
  return type === 'password' && settings.enable_password_grant ? grantByUser : undefined
}

function hasRegisteredRedirect({ parameters }: EndpointCall, client: OAuth2Client): boolean {
  const uri = parameters['redirect_uri']
  return uri === undefined || (typeof uri === 'string' && client.redirectUris.includes(uri))
}

/** What Kong says of a redirect_uri that the client has not registered. */
export function unregisteredRedirect(): OAuth2Error {
  const text = 'Invalid redirect_uri that does not match with any redirect_uri created with the application'
  return oauth2Error('invalid_request', text)
}

function invalidProvisionKey(): OAuth2Error {
  return oauth2Error('invalid_provision_key', 'Invalid provision_key')
}

async function grantByCode(call: EndpointCall, client: OAuth2Client): Granted {
  const invalidCode = oauth2Error('invalid_request', 'Invalid code')
  const code = textOf(call.parameters, 'code')
  const found = code === undefined ? undefined : await call.edge.tokens.findCode(code)
  if (code === undefined || !found || found.credentialId !== client.id) return invalidCode
  const serviceId = scopeOfService(call)
  if (serviceId !== undefined && serviceId !== found.serviceId) return invalidCode
  const problem = found.challenge === undefined ? undefined : checkVerifier(call, found.challenge)
  if (problem) return problem
  if (!(await call.edge.tokens.takeCode(code))) return invalidCode
  return issueToken(call, { ...found, client }, true)
}

/** Only a token for a user needs the provision key. A public client needs no secret. */
async function grantByClient(call: EndpointCall, client: OAuth2Client | undefined): Granted {
  const isForUser = call.parameters['authenticated_userid'] !== undefined
  if (isForUser && !hasProvisionKey(call)) return invalidProvisionKey()
  if (!client) return invalidClient()
  const scope = readScope(call)
  if (isOAuth2Error(scope)) return scope
  return issueToken(
    call,
    { client, scope, authenticatedUserId: textOf(call.parameters, 'authenticated_userid') },
    false,
  )
}

/** The provision key and the user's id are the proof; a user name and a password are not looked at. */
async function grantByUser(call: EndpointCall, client: OAuth2Client): Granted {
  if (!hasProvisionKey(call)) return invalidProvisionKey()
  const user = requiredUser(call)
  if (isOAuth2Error(user)) return user
  const scope = readScope(call)
  return isOAuth2Error(scope) ? scope : issueToken(call, { client, scope, authenticatedUserId: user }, true)
}

async function grantByRefresh(call: EndpointCall, client: OAuth2Client): Granted {
  const invalidToken = oauth2Error('invalid_request', 'Invalid refresh_token')
  const refresh = textOf(call.parameters, 'refresh_token')
  const found = refresh === undefined ? undefined : await call.edge.tokens.findRefreshToken(refresh)
  const serviceId = scopeOfService(call)
  if (refresh === undefined || !found || (serviceId !== undefined && serviceId !== found.serviceId)) return invalidToken
  if (found.credentialId !== client.id) return invalidClient()
  return (await reissueToken(call, { ...found, client }, refresh, found)) ?? invalidToken
}

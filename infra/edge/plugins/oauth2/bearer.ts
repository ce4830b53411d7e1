import type { AnswerHeaders, Exchange, OwnAnswer } from '../../exchange.ts'
import type { AccessToken, EdgeParts } from '../../plugin.ts'
import { removeArgument } from '../arguments.ts'
import { bodyKindOf, removeBodyField } from '../body-parameters.ts'
import { identify, passAsAnonymous, setIdentityHeader } from '../identity.ts'
import { jsonAnswer } from '../own-answers.ts'
import { readParameters, textOf } from './context.ts'
import type { OAuth2Settings } from './settings.ts'

/** Lets a request pass by its access token, or as the anonymous consumer where one is configured. */
export type BearerCheck = (exchange: Exchange) => OwnAnswer | undefined | Promise<OwnAnswer | undefined>

const unknownToken = 'The access token is invalid or has expired'
const globalToken = "The access token is global, but the current plugin is configured without 'global_credentials'"

/** The check of one plugin; synchronous for a token in the header that the store remembers. */
export function createBearerCheck(settings: OAuth2Settings, edge: EdgeParts): BearerCheck {
  const refuse = refusalOf(settings, edge)
  const admit = (exchange: Exchange, token: AccessToken | undefined): OwnAnswer | undefined => {
    const client = token && edge.credentials.findClientById(token.credentialId)
    if (!token || !client) return refuse(exchange, 'invalid_token', unknownToken)
    if (!settings.global_credentials && token.serviceId === undefined)
      return refuse(exchange, 'invalid_token', globalToken)
    if (token.serviceId !== undefined && token.serviceId !== exchange.service?.id) {
      return refuse(exchange, 'invalid_token', unknownToken)
    }
    identify(exchange, client.consumer, { id: client.id, identifier: client.clientId })
    setIdentityHeader(exchange, 'X-Authenticated-Scope', token.scope)
    setIdentityHeader(exchange, 'X-Authenticated-UserId', token.authenticatedUserId)
    return undefined
  }
  const check = (
    exchange: Exchange,
    token: string | undefined,
  ): OwnAnswer | undefined | Promise<OwnAnswer | undefined> => {
    if (!token) return refuse(exchange, 'invalid_request', 'The access token is missing')
    const found = edge.tokens.findToken(token)
    return found instanceof Promise ? found.then((late) => admit(exchange, late)) : admit(exchange, found)
  }
  return (exchange) => {
    const header = exchange.request.headers.get(settings.auth_header_name)
    if (header === undefined) return checkParameters(exchange, settings, check)
    const [, inScheme] = /^\s*(?:bearer|token)\s+(\S+)\s*$/i.exec(header) ?? []
    if (!settings.hide_credentials) return check(exchange, inScheme ?? header)
    if (inScheme === undefined) return hideParameters(exchange).then(() => check(exchange, header))
    exchange.request.headers.remove(settings.auth_header_name)
    return check(exchange, inScheme)
  }
}

type TokenCheck = (exchange: Exchange, token: string | undefined) => ReturnType<BearerCheck>

function checkParameters(exchange: Exchange, settings: OAuth2Settings, check: TokenCheck): ReturnType<BearerCheck> {
  const checkFound = (token: string | undefined): ReturnType<BearerCheck> =>
    token !== undefined && settings.hide_credentials
      ? hideParameters(exchange).then(() => check(exchange, token))
      : check(exchange, token)
  const parameters = readParameters(exchange)
  return parameters instanceof Promise
    ? parameters.then((all) => checkFound(textOf(all, 'access_token')))
    : checkFound(textOf(parameters, 'access_token'))
}

/** Takes the token out of the query and of a form; a JSON body is left alone. */
async function hideParameters({ request }: Exchange): Promise<void> {
  removeArgument(request, 'access_token')
  if (request.method !== 'GET' && bodyKindOf(request) === 'form') await removeBodyField(request, 'access_token')
}

type Refuse = (exchange: Exchange, error: string, description: string) => OwnAnswer | undefined

function refusalOf({ anonymous, realm }: OAuth2Settings, edge: EdgeParts): Refuse {
  if (anonymous !== undefined) {
    return (exchange) => {
      setIdentityHeader(exchange, 'X-Authenticated-Scope', undefined)
      setIdentityHeader(exchange, 'X-Authenticated-UserId', undefined)
      return passAsAnonymous(exchange, anonymous, edge)
    }
  }
  return (_exchange, error, description) =>
    jsonAnswer(401, { error, error_description: description }, challengeOf(realm, error))
}

/** A missing token gets the bare challenge; what is wrong with one is named, a global token as an invalid one. */
export function challengeOf(realm: string | undefined, error: string, description = unknownToken): AnswerHeaders {
  const parts = ['Bearer', ...(realm === undefined ? [] : [`realm="${realm}"`])]
  if (error !== 'invalid_request') parts.push(`error="${error}" error_description="${description}"`)
  return [['WWW-Authenticate', parts.join(' ')]]
}

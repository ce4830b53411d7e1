import type { Exchange } from '../../exchange.ts'
import type { Fields } from '../../json-fields.ts'
import { jsonAnswer, type AnswerHeaders, type MaybeAnswer, type OwnAnswer } from '../../own-answer.ts'
import type { EdgeParts } from '../../plugin.ts'
import type { AccessToken } from '../../tokens/token-rows.ts'
import { Arguments } from '../arguments.ts'
import { bodyKindOf, removeBodyField } from '../body-parameters.ts'
import { identify, passAsAnonymous, setIdentityHeader } from '../identity.ts'
import { readParameters } from './endpoint-call.ts'
import type { OAuth2Settings } from '../oauth2.ts'

const unknownToken = 'The access token is invalid or has expired'
const globalToken = "The access token is global, but the current plugin is configured without 'global_credentials'"

/**
 * Lets a request pass by its access token, or as the anonymous consumer where one is configured; synchronous for a token
 * in the header that the store remembers.
 */
export function createBearerCheck(settings: OAuth2Settings, edge: EdgeParts): (exchange: Exchange) => MaybeAnswer {
  const { anonymous, hide_credentials: isHidden, auth_header_name: headerName } = settings
  const unauthorized = (error: string, description: string): OwnAnswer =>
    jsonAnswer(401, { error, error_description: description }, challengeOf(settings, error))
  const refuse = (exchange: Exchange, error: string, description: string): OwnAnswer | undefined => {
    if (anonymous === undefined) return unauthorized(error, description)
    setIdentityHeader(exchange, 'X-Authenticated-Scope', undefined)
    setIdentityHeader(exchange, 'X-Authenticated-UserId', undefined)
    return passAsAnonymous(exchange, anonymous, edge.credentials)
  }
  const admit = (exchange: Exchange, token: AccessToken | undefined): OwnAnswer | undefined => {
    const client = token && edge.credentials.clientsById.get(token.credential_id)
    if (!token || !client) return refuse(exchange, 'invalid_token', unknownToken)
    // Kong answers this even where there is an anonymous consumer.
    if (!settings.global_credentials && token.service_id === null) return unauthorized('invalid_token', globalToken)
    if (token.service_id !== null && token.service_id !== exchange.service?.id) {
      return refuse(exchange, 'invalid_token', unknownToken)
    }
    identify(exchange, client.consumer, { id: client.id, identifier: client.client_id })
    setIdentityHeader(exchange, 'X-Authenticated-Scope', token.scope ?? undefined)
    setIdentityHeader(exchange, 'X-Authenticated-UserId', token.authenticated_user_id ?? undefined)
    return undefined
  }
  const check = (exchange: Exchange, token: string): MaybeAnswer => {
    if (token === '') return refuse(exchange, 'invalid_request', 'The access token is missing')
    const found = edge.tokens.findToken(token)
    return found instanceof Promise ? found.then((late) => admit(exchange, late)) : admit(exchange, found)
  }
  const hideAndCheck = (exchange: Exchange, token: string): MaybeAnswer =>
    isHidden ? hideParameters(exchange).then(() => check(exchange, token)) : check(exchange, token)
  const checkParameters = (exchange: Exchange, { access_token: token }: Fields): MaybeAnswer =>
    typeof token === 'string' ? hideAndCheck(exchange, token) : check(exchange, '')
  return (exchange) => {
    const { request } = exchange
    const header = request.headers.get(headerName)
    if (header === undefined) {
      const sent = readParameters(request)
      return sent instanceof Promise
        ? sent.then((late) => checkParameters(exchange, late))
        : checkParameters(exchange, sent)
    }
    const [, inScheme] = /^\s*(?:bearer|token)\s+(\S+)\s*$/i.exec(header) ?? []
    if (inScheme === undefined) return hideAndCheck(exchange, header)
    if (isHidden) request.headers.remove(headerName)
    return check(exchange, inScheme)
  }
}

/** Takes the token out of the query and of a form, which are written anew; a JSON body is left alone. */
async function hideParameters({ request }: Exchange): Promise<void> {
  const query = Arguments.read(request.query)
  query.remove('access_token')
  request.query = query.toString() || undefined
  if (request.method !== 'GET' && bodyKindOf(request) === 'form') await removeBodyField(request, 'access_token')
}

/** A missing token gets the bare challenge; what is wrong with one is named, a global token as an invalid one. */
export function challengeOf({ realm }: OAuth2Settings, error: string, description = unknownToken): AnswerHeaders {
  const parts = ['Bearer', ...(realm === undefined ? [] : [`realm="${realm}"`])]
  if (error !== 'invalid_request') parts.push(`error="${error}" error_description="${description}"`)
  return [['WWW-Authenticate', parts.join(' ')]]
}

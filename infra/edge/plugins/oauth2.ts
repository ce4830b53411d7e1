import type { z } from 'zod'
import { between, flag, listOf, number, oneOf, record, refuse, text } from '../declarative/fields.ts'
import type { Exchange } from '../exchange.ts'
import { jsonAnswer, type OwnAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'
import { answerAuthorizeCall } from './oauth2/authorize-endpoint.ts'
import { challengeOf, createBearerCheck } from './oauth2/bearer.ts'
import { EndpointCall, OAuth2Error, readParameters } from './oauth2/endpoint-call.ts'
import { answerTokenCall } from './oauth2/token-endpoint.ts'

const grants = [
  'enable_authorization_code',
  'enable_implicit_grant',
  'enable_client_credentials',
  'enable_password_grant',
] as const

const config = record({
  scopes: listOf(text).optional(),
  mandatory_scope: flag(false),
  provision_key: text.optional(),
  token_expiration: number.default(7200),
  enable_authorization_code: flag(false),
  enable_implicit_grant: flag(false),
  enable_client_credentials: flag(false),
  enable_password_grant: flag(false),
  hide_credentials: flag(false),
  accept_http_if_already_terminated: flag(false),
  anonymous: text.optional(),
  global_credentials: flag(false),
  auth_header_name: text.default('authorization'),
  refresh_token_ttl: between(0, 100_000_000, number).default(1_209_600),
  reuse_refresh_token: flag(false),
  pkce: oneOf('none', 'lax', 'strict').default('lax'),
  realm: text.optional(),
}).superRefine((settings, context) => {
  if (!grants.some((grant) => settings[grant])) {
    refuse(context, `at least one of these fields must be true: ${grants.join(', ')}`)
  }
  if (settings.mandatory_scope && settings.scopes === undefined) {
    context.addIssue({ code: 'custom', path: ['scopes'], message: 'required field missing' })
    refuse(context, "failed conditional validation given value of field 'mandatory_scope'", 'config')
  }
})

export type OAuth2Settings = z.output<typeof config>

/** They answer at the end of any path of a protected route. */
const endpoints = [
  { path: /\/oauth2\/token\/?$/, name: 'token', answer: answerTokenCall },
  { path: /\/oauth2\/authorize\/?$/, name: 'authorization', answer: answerAuthorizeCall },
] as const

/** OAuth2 as Kong has it: issues codes and tokens to the clients of kong.yml, and knows consumers by their tokens. */
export const oauth2 = pluginKind({
  name: 'oauth2',
  priority: 1400,
  allowsConsumer: false,
  config,
  create(settings, edge) {
    const checkBearer = createBearerCheck(settings, edge)
    const answer = async (endpoint: (typeof endpoints)[number], exchange: Exchange): Promise<OwnAnswer> => {
      const call = new EndpointCall(settings, edge, exchange, await readParameters(exchange.request))
      try {
        return await endpoint.answer(call)
      } catch (error) {
        if (error instanceof OAuth2Error) return call.answerError(error)
        throw error
      }
    }
    return {
      access(exchange) {
        const { method, head } = exchange.request
        const endpoint = head.path.includes('/oauth2/') ? endpoints.find(({ path }) => path.test(head.path)) : undefined
        if (endpoint && method === 'POST') return answer(endpoint, exchange)
        if (endpoint) {
          const problem = `The HTTP method ${method} is invalid for the ${endpoint.name} endpoint`
          const body = { error: 'invalid_method', error_description: problem }
          return jsonAnswer(405, body, challengeOf(settings, 'invalid_method', problem))
        }
        if (settings.anonymous !== undefined && exchange.credential) return undefined
        return checkBearer(exchange)
      },
    }
  },
})

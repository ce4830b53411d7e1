import type { Exchange } from '../exchange.ts'
import { jsonAnswer, type OwnAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'
import { answerAuthorizeCall } from './oauth2/authorize-endpoint.ts'
import { challengeOf, createBearerCheck } from './oauth2/bearer.ts'
import { EndpointCall, OAuth2Error, readParameters } from './oauth2/endpoint-call.ts'
import { oauth2Config } from './oauth2/settings.ts'
import { answerTokenCall } from './oauth2/token-endpoint.ts'

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
  config: oauth2Config,
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
          const text = `The HTTP method ${method} is invalid for the ${endpoint.name} endpoint`
          const body = { error: 'invalid_method', error_description: text }
          return jsonAnswer(405, body, challengeOf(settings, 'invalid_method', text))
        }
        if (settings.anonymous !== undefined && exchange.credential) return undefined
        return checkBearer(exchange)
      },
    }
  },
})

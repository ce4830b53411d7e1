import type { Exchange, OwnAnswer } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { answerAuthorizeCall } from './oauth2/authorize-endpoint.ts'
import { challengeOf, createBearerCheck } from './oauth2/bearer.ts'
import { readParameters, type EndpointCall } from './oauth2/context.ts'
import { oauth2Config, type OAuth2Settings } from './oauth2/settings.ts'
import { answerTokenCall } from './oauth2/token-endpoint.ts'
import { jsonAnswer } from './own-answers.ts'

interface Endpoint {
  readonly path: RegExp
  readonly name: string
  readonly answer: (call: EndpointCall) => Promise<OwnAnswer>
}

/** They answer at the end of any path of a protected route. */
const endpoints: readonly Endpoint[] = [
  { path: /\/oauth2\/token\/?$/, name: 'token', answer: answerTokenCall },
  { path: /\/oauth2\/authorize\/?$/, name: 'authorization', answer: answerAuthorizeCall },
]

/** OAuth2 as Kong has it: issues codes and tokens to the clients of kong.yml, and knows consumers by their tokens. */
export const oauth2: PluginKind<OAuth2Settings> = {
  name: 'oauth2',
  priority: 1400,
  allowsConsumer: false,
  config: oauth2Config,
  create(settings, edge) {
    const checkBearer = createBearerCheck(settings, edge)
    const call = async (endpoint: Endpoint, exchange: Exchange): Promise<OwnAnswer> =>
      endpoint.answer({ settings, edge, exchange, parameters: await readParameters(exchange) })
    return {
      access(exchange) {
        const { method, clientPath } = exchange.request
        const endpoint = clientPath.includes('/oauth2/')
          ? endpoints.find(({ path }) => path.test(clientPath))
          : undefined
        if (endpoint) return method === 'POST' ? call(endpoint, exchange) : refuseMethod(method, endpoint, settings)
        if (settings.anonymous !== undefined && exchange.credential) return undefined
        return checkBearer(exchange)
      },
    }
  },
}

function refuseMethod(method: string, { name }: Endpoint, { realm }: OAuth2Settings): OwnAnswer {
  const text = `The HTTP method ${method} is invalid for the ${name} endpoint`
  const body = { error: 'invalid_method', error_description: text }
  return jsonAnswer(405, body, challengeOf(realm, 'invalid_method', text))
}

import { flag, listOf, record, text } from '../declarative/fields.ts'
import type { Exchange } from '../exchange.ts'
import { errorAnswer, type OwnAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'
import { Arguments, removeArgument } from './arguments.ts'
import { bodyParameters, removeBodyField, type Parameters } from './body-parameters.ts'
import { identify, passAsAnonymous } from './identity.ts'

/** Knows consumers by an API key. */
export const keyAuth = pluginKind({
  name: 'key-auth',
  priority: 1250,
  allowsConsumer: false,
  config: record({
    key_names: listOf(text).default(['apikey']),
    hide_credentials: flag(false),
    anonymous: text.optional(),
    key_in_header: flag(true),
    key_in_query: flag(true),
    key_in_body: flag(false),
    run_on_preflight: flag(true),
    realm: text.optional(),
  }),
  create(settings, { credentials }) {
    const { anonymous, hide_credentials: isHidden, realm } = settings
    const challenge = realm === undefined ? 'Key' : `Key realm="${realm}"`
    const refuse = (exchange: Exchange, message: string): OwnAnswer | undefined =>
      anonymous === undefined
        ? errorAnswer(401, message, [['WWW-Authenticate', challenge]])
        : passAsAnonymous(exchange, anonymous, credentials)

    /** The first name that has values, in the header before the query before the body. */
    const find = ({ request }: Exchange, body: Parameters): readonly [name: string, values: readonly unknown[]] => {
      const query = Arguments.read(settings.key_in_query ? request.query : undefined)
      for (const name of settings.key_names) {
        const inHeader = settings.key_in_header ? request.headers.getAll(name) : []
        const sent = [inHeader, query.getAll(name), [body[name] ?? []].flat()].find((values) => values.length > 0)
        if (sent && (sent.length > 1 || typeof sent[0] === 'string')) return [name, sent]
      }
      return ['', []]
    }
    const judge = (exchange: Exchange, [name, [key, ...others]]: ReturnType<typeof find>): OwnAnswer | undefined => {
      if (others.length > 0) return refuse(exchange, 'Duplicate API key found')
      if (isHidden && name !== '') {
        exchange.request.headers.remove(name)
        removeArgument(exchange.request, name)
      }
      if (typeof key !== 'string' || key === '') return refuse(exchange, 'No API key found in request')
      const credential = credentials.keys.get(key)
      if (!credential) return refuse(exchange, 'Unauthorized')
      identify(exchange, credential.consumer, { id: credential.id, identifier: credential.id })
      return undefined
    }
    const judgeWithBody = async (exchange: Exchange): Promise<OwnAnswer | undefined> => {
      const found = find(exchange, await bodyParameters(exchange.request))
      if (isHidden && found[1].length === 1) await removeBodyField(exchange.request, found[0])
      return judge(exchange, found)
    }
    return {
      access(exchange) {
        if (!settings.run_on_preflight && exchange.request.method === 'OPTIONS') return undefined
        if (anonymous !== undefined && exchange.credential) return undefined
        return settings.key_in_body ? judgeWithBody(exchange) : judge(exchange, find(exchange, {}))
      },
    }
  },
})

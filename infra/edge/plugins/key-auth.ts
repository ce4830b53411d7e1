import { flag, headerName, listOf, record, text } from '../declarative/fields.ts'
import type { Exchange } from '../exchange.ts'
import type { Fields } from '../json-fields.ts'
import { errorAnswer, type OwnAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'
import type { EdgeRequest } from '../proxy/edge-request.ts'
import { Arguments } from './arguments.ts'
import { bodyParameters, removeBodyField } from './body-parameters.ts'
import { identify, passAsAnonymous } from './identity.ts'

/** Knows consumers by an API key. */
export const keyAuth = pluginKind({
  name: 'key-auth',
  priority: 1250,
  allowsConsumer: false,
  config: record({
    key_names: listOf(headerName).default(['apikey']),
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

    /** The first name that brings a key, in the header before the query before the body; a list for several keys. */
    const find = ({ headers, query }: EdgeRequest, inBody: Fields): readonly [name: string, key: unknown] => {
      const inQuery = settings.key_in_query ? Arguments.read(query).toRecord() : {}
      for (const name of settings.key_names) {
        const inHeader = settings.key_in_header ? headers.getAll(name) : []
        const key = inHeader.length > 1 ? inHeader : (inHeader[0] ?? inQuery[name] ?? inBody[name] ?? undefined)
        if (typeof key === 'string' || typeof key === 'object') return [name, key]
      }
      return ['', undefined]
    }
    const judge = (exchange: Exchange, [name, key]: ReturnType<typeof find>): OwnAnswer | undefined => {
      if (typeof key === 'object') return refuse(exchange, 'Duplicate API key found')
      if (isHidden) hide(exchange.request, name)
      if (typeof key !== 'string' || key === '') return refuse(exchange, 'No API key found in request')
      const credential = credentials.keys.get(key)
      if (!credential) return refuse(exchange, 'Unauthorized')
      identify(exchange, credential.consumer, { id: credential.id, identifier: credential.id })
      return undefined
    }
    const judgeWithBody = async (exchange: Exchange): Promise<OwnAnswer | undefined> => {
      const found = find(exchange.request, await bodyParameters(exchange.request))
      if (isHidden && typeof found[1] === 'string') await removeBodyField(exchange.request, found[0])
      return judge(exchange, found)
    }
    return {
      access(exchange) {
        if (!settings.run_on_preflight && exchange.request.method === 'OPTIONS') return undefined
        if (anonymous !== undefined && exchange.credential) return undefined
        return settings.key_in_body ? judgeWithBody(exchange) : judge(exchange, find(exchange.request, {}))
      },
    }
  },
})

/** Takes a key out of the headers and the query, whose other arguments keep their order and are written anew. */
function hide(request: EdgeRequest, name: string): void {
  if (name === '') return
  request.headers.remove(name)
  if (!request.query) return
  const query = new URLSearchParams(request.query)
  query.delete(name)
  request.query = query.toString().replaceAll('+', '%20') || undefined
}

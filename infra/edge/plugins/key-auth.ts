import type { z } from 'zod'
import type { EdgeRequest, Exchange, OwnAnswer } from '../exchange.ts'
import type { EdgeParts, PluginKind } from '../plugin.ts'
import { readArguments, removeArgument } from './arguments.ts'
import { bodyParameters, removeBodyField, type Parameters } from './body-parameters.ts'
import { flag, listOf, record, text } from '../declarative/fields.ts'
import { identify, passAsAnonymous } from './identity.ts'
import { errorAnswer } from './own-answers.ts'

const config = record({
  key_names: listOf(text).default(['apikey']),
  hide_credentials: flag(false),
  anonymous: text.optional(),
  key_in_header: flag(true),
  key_in_query: flag(true),
  key_in_body: flag(false),
  run_on_preflight: flag(true),
  realm: text.optional(),
})
type Settings = z.output<typeof config>

/** Knows consumers by an API key. */
export const keyAuth: PluginKind<Settings> = {
  name: 'key-auth',
  priority: 1250,
  allowsConsumer: false,
  config,
  create(settings, edge) {
    const challenge = settings.realm === undefined ? 'Key' : `Key realm="${settings.realm}"`
    const refuse = (exchange: Exchange, message: string): OwnAnswer | undefined =>
      settings.anonymous === undefined
        ? errorAnswer(401, message, [['WWW-Authenticate', challenge]])
        : passAsAnonymous(exchange, settings.anonymous, edge)
    const judge = (exchange: Exchange, found: Found): OwnAnswer | undefined => {
      if (found === 'several') return refuse(exchange, 'Duplicate API key found')
      if (found && settings.hide_credentials) hide(exchange.request, found.name)
      if (!found?.key) return refuse(exchange, 'No API key found in request')
      return admit(exchange, found.key, edge) ? undefined : refuse(exchange, 'Unauthorized')
    }
    const judgeWithBody = async (exchange: Exchange): Promise<OwnAnswer | undefined> => {
      const { request } = exchange
      const found = findKey(request, settings, await bodyParameters(request))
      if (typeof found === 'object' && settings.hide_credentials) await removeBodyField(request, found.name)
      return judge(exchange, found)
    }
    return {
      access(exchange) {
        if (!settings.run_on_preflight && exchange.request.method === 'OPTIONS') return undefined
        if (settings.anonymous !== undefined && exchange.credential) return undefined
        return settings.key_in_body ? judgeWithBody(exchange) : judge(exchange, findKey(exchange.request, settings, {}))
      },
    }
  },
}

type Found = { readonly name: string; readonly key: string } | 'several' | undefined

/** The first name that has a value, in the header before the query before the body. */
function findKey(request: EdgeRequest, settings: Settings, body: Parameters): Found {
  const query = settings.key_in_query && request.query ? readArguments(request.query) : undefined
  for (const name of settings.key_names) {
    const inHeader = settings.key_in_header ? request.headers.getAll(name) : []
    const values: readonly unknown[] = inHeader.length > 0 ? inHeader : (query?.get(name) ?? [body[name]].flat())
    if (values.length > 1) return 'several'
    const [key] = values
    if (typeof key === 'string') return { name, key }
  }
  return undefined
}

function admit(exchange: Exchange, key: string, { credentials }: EdgeParts): boolean {
  const credential = credentials.findKey(key)
  if (!credential) return false
  identify(exchange, credential.consumer, { id: credential.id, identifier: credential.id })
  return true
}

function hide(request: EdgeRequest, name: string): void {
  request.headers.remove(name)
  removeArgument(request, name)
}

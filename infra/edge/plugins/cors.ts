import { flag, kongOnly, listOf, number, oneOf, pattern, record, text } from '../declarative/fields.ts'
import type { HeaderList } from '../header-list.ts'
import { pluginKind } from '../plugin.ts'
import { createOriginRule } from './cors-origins.ts'

const methods = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'] as const

const config = record({
  origins: listOf(text.refine((origin) => origin === '*' || pattern.safeParse(origin).success, 'not a regex')).default(
    [],
  ),
  headers: listOf(text).optional(),
  exposed_headers: listOf(text).optional(),
  methods: listOf(oneOf(...methods)).default([...methods]),
  max_age: number.optional(),
  credentials: flag(false),
  preflight_continue: flag(false),
  ...kongOnly('private_network'),
})

/** Answers preflight requests, and tells browsers on every other answer who may read it. */
export const cors = pluginKind({
  name: 'cors',
  priority: 2000,
  allowsConsumer: false,
  config,
  create(settings) {
    const setOrigin = createOriginRule(settings.origins, settings.credentials)
    const allowedMethods = settings.methods.join(',')
    const allowedHeaders = settings.headers?.join(',')
    const exposedHeaders = settings.exposed_headers?.join(',')
    return {
      access({ request: { method, headers }, answerHeaders, notes }) {
        const origin = headers.get('origin')
        if (method !== 'OPTIONS' || origin === undefined || !headers.has('access-control-request-method')) {
          return undefined
        }
        notes.set('cors', 'preflight')
        if (settings.preflight_continue) return undefined
        setOrigin(answerHeaders, origin)
        const asked = headers.get('access-control-request-headers')
        setUnlessEmpty(answerHeaders, 'Access-Control-Allow-Headers', allowedHeaders || asked)
        answerHeaders.set('Access-Control-Allow-Methods', allowedMethods)
        setUnlessEmpty(answerHeaders, 'Access-Control-Max-Age', settings.max_age?.toString())
        return { kind: 'body', status: 200, body: '' }
      },
      headers({ notes, request }, { headers }) {
        if (notes.has('cors')) return
        setOrigin(headers, request.headers.get('origin'))
        setUnlessEmpty(headers, 'Access-Control-Expose-Headers', exposedHeaders)
      },
    }
  },
})

function setUnlessEmpty(headers: HeaderList, name: string, value: string | undefined): void {
  if (value) headers.set(name, value)
}

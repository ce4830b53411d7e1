import type { z } from 'zod'
import type { Exchange } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { record, refuse, text } from '../declarative/fields.ts'
import { createBodyChange } from './request-transformer/body.ts'
import { createHeaderChange } from './request-transformer/headers.ts'
import { createQueryChange } from './request-transformer/query.ts'
import { compileTemplate, isTemplate } from './templates.ts'
import { names, pairs, part, templatedPairs } from './transformer-rules.ts'

const methods = [
  'GET',
  'HEAD',
  'PUT',
  'POST',
  'DELETE',
  'OPTIONS',
  'MKCOL',
  'COPY',
  'MOVE',
  'PROPFIND',
  'PROPPATCH',
  'LOCK',
  'UNLOCK',
  'PATCH',
  'TRACE',
]

const changes = { headers: templatedPairs, querystring: templatedPairs, body: templatedPairs }

const config = record({
  http_method: text
    .toUpperCase()
    .refine((method) => methods.includes(method), { error: ({ input }) => `invalid value: ${String(input)}` })
    .optional(),
  remove: part({ headers: names, querystring: names, body: names }),
  rename: part({ headers: pairs, querystring: pairs, body: pairs }),
  replace: part({ ...changes, uri: text.refine(isTemplate, 'the embedded edge runs no Lua: run Kong').optional() }),
  add: part(changes),
  append: part(changes),
}).superRefine(({ replace, add, append }, context) => {
  const named = [replace, add, append].flatMap(({ headers }) => headers)
  if (named.some((entry) => /^host:/i.test(entry))) {
    refuse(context, 'the embedded edge sets Host by preserve_host and host_header only: run Kong')
  }
})

/** What the plugin may change, with Kong's defaults. */
export type RequestChanges = z.output<typeof config>

/** Changes requests on their way to the service: removes, renames, replaces, adds and appends, in this order. */
export const requestTransformer: PluginKind<RequestChanges> = {
  name: 'request-transformer',
  priority: 801,
  allowsConsumer: true,
  config,
  create(settings) {
    const change = [pathChange(settings), createHeaderChange(settings), createQueryChange(settings)].filter(
      (step) => step !== undefined,
    )
    const changeBody = createBodyChange(settings)
    const { http_method: method } = settings
    return {
      access(exchange) {
        // All templates see the request as it came, so the body's are read before anything is changed.
        const body = changeBody?.(exchange)
        const apply = change.map((prepare) => prepare(exchange))
        for (const step of apply) step()
        if (method !== undefined) exchange.request.method = method
        return body?.then(() => undefined)
      },
    }
  },
}

/** Reads what it needs of a request, and answers the change itself. */
export type Change = (exchange: Exchange) => () => void

/** What may not stand in a path is escaped: `?` would begin a query. */
function pathChange({ replace }: RequestChanges): Change | undefined {
  if (replace.uri === undefined) return undefined
  const template = compileTemplate(replace.uri)
  return (exchange) => {
    const path = encodeURI(template(exchange).toWellFormed()).replaceAll('?', '%3F').replaceAll('#', '%23')
    return () => (exchange.request.path = path.startsWith('/') ? path : `/${path}`)
  }
}

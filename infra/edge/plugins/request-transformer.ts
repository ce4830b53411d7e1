import { part, record, refuse, text, textThat } from '../declarative/fields.ts'
import type { Exchange } from '../exchange.ts'
import { pluginKind } from '../plugin.ts'
import { Arguments } from './arguments.ts'
import { bodyKindOf } from './body-parameters.ts'
import { applyChanges, compileChanges, names, pairs, type Changes, type Settings } from './changes.ts'
import { changeJson } from './json-change.ts'
import { compileTemplate, isTemplate, type Template } from './templates.ts'

const methods = 'GET HEAD PUT POST DELETE OPTIONS MKCOL COPY MOVE PROPFIND PROPPATCH LOCK UNLOCK PATCH TRACE'.split(' ')

const templated = pairs.refine((entries) => entries.every(isTemplate), {
  error: 'the embedded edge knows $(headers.x), $(query_params.x) and $(uri_captures.x) of Lua: run Kong',
})
const values = { headers: templated, querystring: templated, body: templated }

const config = record({
  http_method: text
    .toUpperCase()
    .pipe(
      textThat(
        (method) => methods.includes(method),
        (method) => `invalid value: ${method}`,
      ),
    )
    .optional(),
  remove: part({ headers: names, querystring: names, body: names }),
  rename: part({ headers: pairs, querystring: pairs, body: pairs }),
  replace: part({ ...values, uri: text.refine(isTemplate, 'the embedded edge runs no Lua: run Kong').optional() }),
  add: part(values),
  append: part(values),
}).superRefine(({ replace, add, append }, context) => {
  const named = [replace, add, append].flatMap(({ headers }) => headers)
  if (named.some((entry) => /^host:/i.test(entry))) {
    refuse(context, 'the embedded edge sets Host by preserve_host and host_header only: run Kong')
  }
})

/** Changes requests on their way to the service: method, path, headers, query and body. */
export const requestTransformer = pluginKind({
  name: 'request-transformer',
  priority: 801,
  allowsConsumer: true,
  config,
  create(settings) {
    const { http_method: method, replace } = settings
    const path = replace.uri === undefined ? undefined : compileTemplate(replace.uri)
    const headers = headerChanges(settings)
    const query = templateChanges(settings, 'querystring')
    const body = templateChanges(settings, 'body')
    return {
      access(exchange) {
        const { request } = exchange
        // All templates see the request as it came, so they are filled in before anything is changed.
        const newPath = path?.(exchange)
        const inHeaders = headers?.(exchange)
        const inQuery = query?.(exchange)
        const inBody = body?.(exchange)
        const changingBody = inBody && changeBody(exchange, inBody)
        if (newPath !== undefined) request.path = escapePath(newPath)
        if (inHeaders) applyChanges(inHeaders, request.headers)
        if (inQuery) request.query = changeArguments(request.query, inQuery) || undefined
        if (method !== undefined) request.method = method
        return changingBody
      },
    }
  },
})

type ChangesOf = (exchange: Exchange) => Changes<string>

function templateChanges(
  settings: Settings<'querystring' | 'body'>,
  field: 'querystring' | 'body',
): ChangesOf | undefined {
  const changes = compileChanges(settings, field, compileTemplate)
  return changes && ((exchange) => filledIn(changes, exchange))
}

/** Host stays, and a new name comes out in lower case. */
function headerChanges(settings: Settings<'headers'>): ChangesOf | undefined {
  const changes = compileChanges(settings, 'headers', compileHeaderTemplate)
  if (!changes) return undefined
  const remove = changes.remove.filter((name) => name.toLowerCase() !== 'host')
  const rename = changes.rename.map(([from, to]) => [from, to.toLowerCase()] as const)
  return (exchange) => filledIn({ ...changes, remove, rename }, exchange)
}

function filledIn(changes: Changes<Template>, exchange: Exchange): Changes<string> {
  const fill = (list: Changes<Template>['add']): Changes<string>['add'] =>
    list.map(([name, template]) => [name, template(exchange)])
  return { ...changes, replace: fill(changes.replace), add: fill(changes.add), append: fill(changes.append) }
}

/** A header carries bytes: text of a query goes as UTF-8. */
function compileHeaderTemplate(value: string): Template {
  const template = compileTemplate(value)
  return (exchange) => {
    const filled = template(exchange)
    // eslint-disable-next-line no-control-regex -- Latin-1 is what Node writes as it is
    return /^[\u0000-\u00ff]*$/.test(filled) ? filled : Buffer.from(filled).toString('latin1')
  }
}

/** What may not stand in a path is escaped: `?` would begin a query. */
function escapePath(path: string): string {
  const escaped = encodeURI(path.toWellFormed()).replaceAll('?', '%3F').replaceAll('#', '%23')
  return escaped.startsWith('/') ? escaped : `/${escaped}`
}

function changeArguments(written: string | undefined, changes: Changes<string>): string {
  const all = Arguments.read(written)
  applyChanges(changes, all)
  return all.toString()
}

/** Forms and JSON objects only; an empty body counts as an object without fields. */
function changeBody({ request }: Exchange, changes: Changes<string>): Promise<undefined> | undefined {
  const kind = bodyKindOf(request)
  if (kind !== 'form' && kind !== 'json') return undefined
  return request.body.read().then((body) => {
    const changed = kind === 'json' ? changeJson(body, changes, '{}') : changeArguments(body.toString(), changes)
    request.body.replace(Buffer.from(changed))
    return undefined
  })
}

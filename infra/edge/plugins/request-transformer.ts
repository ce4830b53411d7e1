import { part, record, refuse, text, textThat } from '../declarative/fields.ts'
import type { Exchange } from '../exchange.ts'
import { pluginKind } from '../plugin.ts'
import type { EdgeRequest } from '../proxy/edge-request.ts'
import { Arguments } from './arguments.ts'
import { bodyKindOf, mostBytes, type BodyKind } from './body-parameters.ts'
import {
  applyChanges,
  changeJson,
  compileChanges,
  filledPairs,
  headerNames,
  headerPairs,
  headerRenames,
  names,
  type Changes,
} from './changes.ts'

/** A text with the values of one request put in, as bytes: each character stands for one. */
type Template = (exchange: Exchange) => string

const placeholder = /\$\(\s*(headers|query_params|uri_captures)\.(\w+)\s*\)/g

/** Whether a text has no other `$(…)` than those that the edge knows: it runs no Lua. */
function isTemplate(written: string): boolean {
  return !written.replaceAll(placeholder, '').includes('$(')
}

const methods = 'GET HEAD PUT POST DELETE OPTIONS MKCOL COPY MOVE PROPFIND PROPPATCH LOCK UNLOCK PATCH TRACE'.split(' ')
const method = textThat(
  (name) => methods.includes(name),
  (name) => `invalid value: ${name}`,
)

const onlyTemplates = {
  error: 'the embedded edge knows $(headers.x), $(query_params.x) and $(uri_captures.x) of Lua: run Kong',
}
const isTemplated = (entries: readonly string[]): boolean => entries.every(isTemplate)
const filled = filledPairs.refine(isTemplated, onlyTemplates)
const values = { headers: headerPairs.refine(isTemplated, onlyTemplates), querystring: filled, body: filled }

const config = record({
  http_method: text.toUpperCase().pipe(method).optional(),
  remove: part({ headers: headerNames, querystring: names, body: names }),
  rename: part({ headers: headerRenames, querystring: filledPairs, body: filledPairs }),
  replace: part({ ...values, uri: text.refine(isTemplate, onlyTemplates).optional() }),
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
    const { http_method: newMethod, replace } = settings
    const path = replace.uri === undefined ? undefined : compileTemplate(replace.uri)
    const headers = headerChanges(compileChanges(settings, 'headers', compileTemplate))
    const query = compileChanges(settings, 'querystring', compileText)
    const body = compileChanges(settings, 'body', compileText)
    return {
      access(exchange) {
        const { request } = exchange
        // All templates see the request as it came, so they are filled in before anything is changed.
        const newPath = path?.(exchange)
        const inHeaders = filledIn(headers, exchange)
        const inQuery = filledIn(query, exchange)
        const inBody = filledIn(body, exchange)
        const kind = inBody && bodyKindOf(request)
        if (newPath !== undefined) request.path = escapePath(newPath)
        if (inHeaders) applyChanges(inHeaders, request.headers)
        if (inQuery) request.query = changeArguments(request.query, inQuery) || undefined
        if (newMethod !== undefined) request.method = newMethod
        return inBody && (kind === 'form' || kind === 'json') ? changeBody(request, kind, inBody) : undefined
      },
    }
  },
})

/**
 * Compiles `$(headers.x)`, `$(query_params.x)` and `$(uri_captures.x)`; a value that is missing is empty. Header names
 * have `_` for `-`. Control characters are left out: a value must not end a header.
 */
function compileTemplate(written: string): Template {
  const bytes = bytesOf(written)
  if (!written.includes('$(')) return () => bytes
  return (exchange) =>
    bytes.replaceAll(placeholder, (_whole, source: string, name: string) =>
      // eslint-disable-next-line no-control-regex -- these are what must not pass
      valueOf(exchange, source, name).replace(/[\u0000-\u001f\u007f]/g, ''),
    )
}

function valueOf({ request }: Exchange, source: string, name: string): string {
  if (source === 'headers') return request.headers.get(name.replaceAll('_', '-')) ?? request.headers.get(name) ?? ''
  if (source === 'uri_captures') return bytesOf(request.captures[name] ?? '')
  return bytesOf(String(Arguments.read(request.query).getAll(name)[0] ?? ''))
}

function bytesOf(written: string): string {
  return Buffer.from(written).toString('latin1')
}

function compileText(value: string): Template {
  const template = compileTemplate(value)
  return (exchange) => Buffer.from(template(exchange), 'latin1').toString()
}

/** Host stays, and a new name comes out in lower case. */
function headerChanges(changes: Changes<Template> | undefined): typeof changes {
  return (
    changes && {
      ...changes,
      remove: changes.remove.filter((name) => name.toLowerCase() !== 'host'),
      rename: changes.rename.map(([from, to]) => [from, to.toLowerCase()]),
    }
  )
}

function filledIn(changes: Changes<Template> | undefined, exchange: Exchange): Changes<string> | undefined {
  const fill = (list: Changes<Template>['add']): Changes<string>['add'] =>
    list.map(([name, template]) => [name, template(exchange)])
  return changes && { ...changes, replace: fill(changes.replace), add: fill(changes.add), append: fill(changes.append) }
}

/** What no URI may hold is escaped; what has a meaning there keeps it, as in Kong: a '?' begins a query. */
function escapePath(path: string): string {
  return path.replace(
    /[^\w!#$%&'()*+,./:;=?@[\]~-]/g,
    (byte) => `%${Buffer.from(byte, 'latin1').toString('hex').toUpperCase()}`,
  )
}

function changeArguments(written: string | undefined, changes: Changes<string>): string {
  const all = Arguments.read(written)
  applyChanges(changes, all)
  return all.toString()
}

/** Forms and JSON objects; of an empty body, and one that is too long for Kong, only what is added stays. */
async function changeBody(request: EdgeRequest, kind: BodyKind, changes: Changes<string>): Promise<undefined> {
  const isTooLong = await request.body.isLongerThan(mostBytes)
  const body = isTooLong ? '' : (await request.body.read()).toString()
  if (body === '' && changes.add.length + changes.append.length === 0) return undefined
  const changed = kind === 'json' ? changeJson(body || '{}', changes) : changeArguments(body, changes)
  request.body.replace(Buffer.from(changed))
  return undefined
}

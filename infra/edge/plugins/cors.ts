import { flag, isPattern, kongOnly, listOf, number, oneOf, record, text, textThat } from '../declarative/fields.ts'
import type { HeaderList } from '../header-list.ts'
import { pluginKind } from '../plugin.ts'

const methods = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'] as const
const origin = textThat(
  (value) => value === '*' || isPattern(value),
  (value) => `'${value}' is not a valid regex`,
)

const config = record({
  origins: listOf(origin).default([]),
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
  create({ origins, credentials, preflight_continue: goesOn, max_age: maxAge, ...settings }) {
    const setOrigin = createOriginRule(origins, credentials)
    const allowedMethods = settings.methods.join(',')
    const allowedHeaders = settings.headers?.join(',')
    const exposedHeaders = settings.exposed_headers?.join(',')
    return {
      access({ request: { method, headers }, answerHeaders, notes }) {
        const asker = headers.get('origin')
        const isPreflight = method === 'OPTIONS' && headers.has('access-control-request-method')
        if (!isPreflight || asker === undefined) return undefined
        notes.set('cors', 'preflight')
        if (goesOn) return undefined
        setOrigin(answerHeaders, asker)
        const allowed = allowedHeaders || headers.get('access-control-request-headers')
        if (allowed) answerHeaders.set('Access-Control-Allow-Headers', allowed)
        answerHeaders.set('Access-Control-Allow-Methods', allowedMethods)
        if (maxAge !== undefined) answerHeaders.set('Access-Control-Max-Age', String(maxAge))
        return { kind: 'body', status: 200, body: '' }
      },
      headers({ notes, request }, { headers }) {
        if (notes.has('cors')) return
        setOrigin(headers, request.headers.get('origin'))
        if (exposedHeaders) headers.set('Access-Control-Expose-Headers', exposedHeaders)
      },
    }
  },
})

/** Sets Access-Control-Allow-Origin, -Credentials and Vary on an answer, given the request's Origin. */
type OriginRule = (headers: HeaderList, asker: string | undefined) => void

const plain = /^[A-Za-z0-9.:/-]+$/

/**
 * The rule of a list of origins: none or '*' admits any, with credentials by name, since they forbid '*'; one plain
 * origin is always sent, whoever asks; of several, or of patterns, the one that matches is reflected.
 */
function createOriginRule(origins: readonly string[], hasCredentials: boolean): OriginRule {
  const find = finderOf(origins)
  return (headers, asker) => {
    const found = find(asker)
    const allowed = found === '*' && hasCredentials ? (asker ?? found) : found
    if (allowed === undefined) headers.remove('Access-Control-Allow-Origin')
    else headers.set('Access-Control-Allow-Origin', allowed)
    if (allowed === '*') return
    headers.append('vary', 'Origin')
    if (hasCredentials) headers.set('Access-Control-Allow-Credentials', 'true')
  }
}

function finderOf(origins: readonly string[]): (asker: string | undefined) => string | undefined {
  const [first] = origins
  if (first === undefined || origins.includes('*')) return () => '*'
  if (origins.length === 1 && plain.test(first)) return () => first
  const rules = origins.map(matcherOf)
  return (asker) => {
    if (asker === undefined) return undefined
    const { origin: asked, host } = normalise(asker)
    return rules.some((matches) => matches(asked, host)) ? asked : undefined
  }
}

/** A pattern without ':' is matched against the host alone; every pattern is anchored at both ends. */
function matcherOf(entry: string): (asked: string, host: string) => boolean {
  if (plain.test(entry)) {
    const { origin: normal } = normalise(entry)
    return (asked) => asked === normal
  }
  const rule = new RegExp(`^(?:${entry.replace(/^\^/, '').replace(/\$$/, '')})$`)
  return entry.includes(':') ? (asked) => rule.test(asked) : (_asked, host) => rule.test(host)
}

/** Without the port where it is the scheme's own, and without a path. */
function normalise(asked: string): { readonly origin: string; readonly host: string } {
  const [, scheme, host, port] = /^([a-z][\w.+-]*):\/\/([^:/]+)(?::(\d+))?/i.exec(asked) ?? []
  if (host === undefined) return { origin: asked, host: asked }
  const isDefault = (scheme === 'http' && port === '80') || (scheme === 'https' && port === '443')
  return { origin: `${scheme}://${host}${port === undefined || isDefault ? '' : `:${port}`}`, host }
}

import { flag, kongOnly, listOf, number, oneOf, pattern, record, text } from '../declarative/fields.ts'
import type { HeaderList } from '../header-list.ts'
import { pluginKind } from '../plugin.ts'

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

/** Sets Access-Control-Allow-Origin, -Credentials and Vary on an answer, given the request's Origin. */
type OriginRule = (headers: HeaderList, origin: string | undefined) => void

const plain = /^[A-Za-z0-9.:/-]+$/

/**
 * The rule of a list of origins: none or '*' admits any; one plain origin is always sent, whoever asks; of several, or
 * of patterns, the one that matches is reflected.
 */
function createOriginRule(origins: readonly string[], hasCredentials: boolean): OriginRule {
  if (origins.length === 0 || origins.includes('*')) return hasCredentials ? reflectAny : allowAny
  const [first = ''] = origins
  const find = origins.length === 1 && plain.test(first) ? () => first : finderOf(origins)
  return (headers, origin) => {
    varyByOrigin(headers)
    const allowed = find(origin)
    if (allowed === undefined) headers.remove('Access-Control-Allow-Origin')
    else headers.set('Access-Control-Allow-Origin', allowed)
    if (hasCredentials) headers.set('Access-Control-Allow-Credentials', 'true')
  }
}

function allowAny(headers: HeaderList): void {
  headers.set('Access-Control-Allow-Origin', '*')
}

/** Credentials forbid '*': the caller's own origin stands in its place. */
function reflectAny(headers: HeaderList, origin: string | undefined): void {
  headers.set('Access-Control-Allow-Origin', origin ?? '*')
  if (origin === undefined) return
  varyByOrigin(headers)
  headers.set('Access-Control-Allow-Credentials', 'true')
}

function varyByOrigin(headers: HeaderList): void {
  if (!headers.getAll('vary').includes('Origin')) headers.append('vary', 'Origin')
}

type Finder = (origin: string | undefined) => string | undefined

function finderOf(origins: readonly string[]): Finder {
  const rules = origins.map(matcherOf)
  return (origin) => {
    if (origin === undefined) return undefined
    const normal = normalise(origin)
    return rules.some((matches) => matches(normal)) ? normal.origin : undefined
  }
}

interface NormalOrigin {
  readonly origin: string
  readonly host: string
}

/** A pattern without ':' is matched against the host alone; every pattern is anchored at both ends. */
function matcherOf(entry: string): (asked: NormalOrigin) => boolean {
  if (plain.test(entry)) {
    const { origin } = normalise(entry)
    return (asked) => asked.origin === origin
  }
  const rule = new RegExp(`^(?:${entry.replace(/^\^/, '').replace(/\$$/, '')})$`)
  return entry.includes(':') ? ({ origin }) => rule.test(origin) : ({ host }) => rule.test(host)
}

/** Without the port where it is the scheme's own. */
function normalise(asked: string): NormalOrigin {
  const [, scheme = '', host, port] = /^(https?:\/\/)([^:/]+)(?::(\d+))?/.exec(asked) ?? []
  if (host === undefined) return { origin: asked, host: asked }
  const isDefault = (scheme === 'http://' && port === '80') || (scheme === 'https://' && port === '443')
  return { origin: `${scheme}${host}${port === undefined || isDefault ? '' : `:${port}`}`, host }
}

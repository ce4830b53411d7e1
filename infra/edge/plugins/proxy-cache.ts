import { hash } from 'node:crypto'
import type { z } from 'zod'
import { between, flag, integer, kongOnly, listOf, oneOf, record, text } from '../declarative/fields.ts'
import type { EdgeResponse, Exchange } from '../exchange.ts'
import type { HeaderList } from '../header-list.ts'
import { errorAnswer, type OwnAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'
import { Arguments } from './arguments.ts'
import { CacheStore, type CachedAnswer } from './cache-store.ts'

const config = record({
  response_code: listOf(between(100, 900)).min(1, 'length must be at least 1').default([200, 301, 404]),
  request_method: listOf(oneOf('HEAD', 'GET', 'POST', 'PATCH', 'PUT')).default(['GET', 'HEAD']),
  content_type: listOf(text).default(['text/plain', 'application/json']),
  cache_ttl: integer.positive('value must be greater than 0').default(300),
  strategy: oneOf('memory'),
  cache_control: flag(false),
  ignore_uri_case: flag(false),
  storage_ttl: integer.optional(),
  vary_query_params: listOf(text).default([]),
  vary_headers: listOf(text).default([]),
  ...kongOnly('memory', 'response_headers'),
})
type Settings = z.output<typeof config>

/** Longer bodies pass and are not kept. */
const longestBody = 8 * 1024 * 1024

/** Headers that belong to one answer or one connection. */
const ofOneAnswer =
  /^(connection|keep-alive|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|content-length|age|x-cache-(status|key)|(x-)?ratelimit-.*)$/i

/** Keeps answers of the service in memory and gives them again, one consumer's never to another. */
export const proxyCache = pluginKind({
  name: 'proxy-cache',
  priority: 100,
  allowsConsumer: true,
  config,
  create(settings, { now }) {
    const { cache_control: obeys, request_method: methods } = settings
    const types = settings.content_type.map(mediaType)
    const store = new CacheStore()
    const second = (): number => Math.floor(now() / 1000)
    /** In seconds; 0 for an answer that is not to be kept. */
    const lifetimeOf = ({ status, headers }: EdgeResponse): number => {
      const type = mediaType(headers.get('content-type') ?? '')
      if (!settings.response_code.includes(status) || !types.includes(type)) return 0
      return obeys ? ownLifetime(headers, second()) : settings.cache_ttl
    }
    return {
      access(exchange) {
        const { answerHeaders, notes, request } = exchange
        const { method, headers } = request
        const asked = obeys ? directivesOf(headers) : noDirectives
        if (!methods.some((listed) => listed === method) || asked.has('no-store') || asked.has('no-cache')) {
          answerHeaders.set('X-Cache-Status', 'Bypass')
          return undefined
        }
        const key = keyOf(exchange, settings)
        answerHeaders.set('X-Cache-Key', key)
        const found = store.get(key, now())
        if (!found && asked.has('only-if-cached')) return errorAnswer(504, 'The upstream server is timing out')
        const age = second() - (found?.storedAt ?? 0)
        const isGood = found && (obeys ? suits(found, age, asked) : age <= settings.cache_ttl)
        answerHeaders.set('X-Cache-Status', isGood ? 'Hit' : found ? 'Refresh' : 'Miss')
        if (isGood) return hitOf(found, age)
        notes.set('proxy-cache', key)
        return undefined
      },
      headers({ notes, request }, response) {
        const key = notes.get('proxy-cache')
        if (key === undefined) return
        const { status, headers } = response
        const lifetime = lifetimeOf(response)
        if (lifetime === 0) headers.set('X-Cache-Status', 'Bypass')
        if (lifetime === 0 || request.method === 'HEAD') return
        const kept = [...headers].filter(([name]) => !ofOneAnswer.test(name))
        const observe = (body: Buffer): void => {
          const until = now() + (settings.storage_ttl ?? lifetime) * 1000
          store.put(key, { status, headers: kept, body, storedAt: second(), lifetime, until })
        }
        response.observer = { limit: longestBody, observe }
      },
    }
  },
})

function hitOf({ status, headers, body }: CachedAnswer, age: number): OwnAnswer {
  return { kind: 'cached', status, body, headers: [...headers, ['age', String(age)]] }
}

/** Directives of Cache-Control by name in lower case; true for those without a value. */
type Directives = ReadonlyMap<string, string | number | true>

const noDirectives: Directives = new Map()

/** Reads the directives of all Cache-Control lines. */
function directivesOf(headers: HeaderList): Directives {
  const lines = headers.getAll('cache-control')
  if (lines.length === 0) return noDirectives
  return new Map(lines.flatMap((line) => line.split(',')).map(readDirective))
}

function readDirective(directive: string): [name: string, value: string | number | true] {
  const [name = '', value] = directive.split('=', 2).map((half) => half.trim())
  if (!value) return [name.toLowerCase(), true]
  return [name.toLowerCase(), Number.isNaN(Number(value)) ? value : Number(value)]
}

/** How long an answer may be kept by its own headers, in seconds; 0 for one that may not. */
function ownLifetime(headers: HeaderList, now: number): number {
  const directives = directivesOf(headers)
  if (['private', 'no-store', 'no-cache'].some((name) => directives.has(name))) return 0
  const given = directives.get('s-maxage') ?? directives.get('max-age')
  const expires = Math.floor(Date.parse(headers.getAll('expires').at(-1) ?? '') / 1000) - now
  const seconds = given ?? expires
  return typeof seconds === 'number' && seconds > 0 ? seconds : 0
}

/** Whether a client takes an entry of that age. Without a wish of its own it is good until its storage time has passed. */
function suits({ lifetime }: CachedAnswer, age: number, asked: Directives): boolean {
  const seconds = (name: string, otherwise: number): number => {
    const value = asked.get(name)
    return typeof value === 'number' ? value : otherwise
  }
  return (
    age <= seconds('max-age', Infinity) &&
    age - lifetime <= seconds('max-stale', Infinity) &&
    lifetime - age >= seconds('min-fresh', -Infinity)
  )
}

/** A media type without regard to spaces, quotes and the order of its parameters. */
function mediaType(written: string): string {
  const [type = '', ...parameters] = written.split(';').map((piece) => piece.replaceAll('"', '').trim())
  return [type, ...parameters.toSorted()].join(';')
}

/** The consumer, the route, the request line as it came up to its query, the query and the headers that answers vary by. */
function keyOf({ request, route, consumer }: Exchange, settings: Settings): string {
  const { target } = request.head
  const cut = target.indexOf('?')
  const line = cut < 0 ? `${target} HTTP/${request.httpVersion}` : target.slice(0, cut)
  const parts = [
    consumer?.id,
    route?.id,
    request.method,
    settings.ignore_uri_case ? line.toLowerCase() : line,
    queryOf(request.query, settings),
    settings.vary_headers.map((name) => request.headers.getAll(name).toSorted()),
  ]
  return hash('sha256', JSON.stringify(parts))
}

/** By name in order; of a bare name the value is another than any text. */
function queryOf(sent: string | undefined, { vary_query_params: named }: Settings): unknown {
  if (!sent) return undefined
  const query = Arguments.read(sent)
  const names = named.length > 0 ? named : query.names.toSorted()
  return names.map((name) => [name, query.getAll(name).map(writeValue).toSorted()])
}

function writeValue(value: string | true): string {
  return JSON.stringify(value)
}

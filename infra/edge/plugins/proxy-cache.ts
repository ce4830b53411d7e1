import { hash } from 'node:crypto'
import type { z } from 'zod'
import { between, flag, integer, listOf, oneOf, part, record, text } from '../declarative/fields.ts'
import type { EdgeResponse, Exchange } from '../exchange.ts'
import { errorAnswer, type OwnAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'
import { Arguments } from './arguments.ts'
import { lifetimeOf, readDirectives, type Directives } from './cache-control.ts'
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
  memory: part({ dictionary_name: text.default('kong_db_cache') }),
  vary_query_params: listOf(text).default([]),
  vary_headers: listOf(text).default([]),
  response_headers: part({ age: flag(true), 'X-Cache-Status': flag(true), 'X-Cache-Key': flag(true) }),
})
type Settings = z.output<typeof config>

/** Longer bodies pass and are not kept. */
const longestBody = 8 * 1024 * 1024

/** Keeps answers of the service in memory and gives them again, one consumer's never to another. */
export const proxyCache = pluginKind({
  name: 'proxy-cache',
  priority: 100,
  allowsConsumer: true,
  config,
  create(settings, { now }) {
    const { response_headers: shown, cache_control: obeys, request_method: methods } = settings
    const store = new CacheStore(now)
    const show = (exchange: Exchange, name: 'X-Cache-Status' | 'X-Cache-Key', value: string): void => {
      if (shown[name]) exchange.answerHeaders.set(name, value)
    }
    return {
      access(exchange) {
        const { method, headers } = exchange.request
        const asked = obeys ? readDirectives(headers.getAll('cache-control')) : noDirectives
        if (!methods.some((listed) => listed === method) || asked.has('no-store') || asked.has('no-cache')) {
          show(exchange, 'X-Cache-Status', 'Bypass')
          return undefined
        }
        const key = keyOf(exchange, settings)
        show(exchange, 'X-Cache-Key', key)
        const found = store.get(key)
        if (!found && asked.has('only-if-cached')) return errorAnswer(504, 'The upstream server is timing out')
        const isGood = found && !isStale(found, settings, asked, now())
        show(exchange, 'X-Cache-Status', isGood ? 'Hit' : found ? 'Refresh' : 'Miss')
        if (isGood) return hitOf(found, shown.age, now())
        exchange.notes.set('proxy-cache', key)
        return undefined
      },
      headers({ notes, request }, response) {
        const key = notes.get('proxy-cache')
        if (key === undefined) return
        const { status, headers } = response
        const lifetime = lifetimeOfAnswer(response, settings, now())
        if (lifetime === 0 && shown['X-Cache-Status']) headers.set('X-Cache-Status', 'Bypass')
        if (lifetime === 0 || request.method === 'HEAD') return
        const kept = [...headers].filter(([name]) => !ofOneAnswer.test(name))
        const observe = (body: Buffer): void => {
          const answer = { status, headers: kept, body, storedAt: now(), lifetimeMs: lifetime * 1000 }
          store.put(key, answer, settings.storage_ttl ?? lifetime)
        }
        response.observer = { limit: longestBody, observe }
      },
    }
  },
})

const noDirectives: Directives = new Map()

/** Headers that belong to one answer or one connection. */
const ofOneAnswer =
  /^(connection|keep-alive|proxy-authenticate|proxy-authorization|te|trailers?|transfer-encoding|upgrade|content-length|date|via|age|x-cache-(status|key)|x-kong-.*|(x-)?ratelimit-.*|retry-after)$/i

/** In seconds; 0 for an answer that is not to be kept. */
function lifetimeOfAnswer({ status, headers }: EdgeResponse, settings: Settings, now: number): number {
  const type = headers.get('content-type')
  if (!settings.response_code.includes(status) || !type || !settings.content_type.includes(type)) return 0
  return settings.cache_control ? lifetimeOf(headers, now) : settings.cache_ttl
}

/** The consumer, the route, the method, the path, the query and the headers that answers vary by. */
function keyOf({ request, route, consumer }: Exchange, settings: Settings): string {
  const { path } = request.head
  const parts = [
    consumer?.id,
    route?.id,
    request.method,
    settings.ignore_uri_case ? path.toLowerCase() : path,
    queryOf(request.query, settings),
    settings.vary_headers.map((name) => request.headers.getAll(name)),
  ]
  return hash('sha256', JSON.stringify(parts))
}

function queryOf(sent: string | undefined, { vary_query_params: named }: Settings): unknown {
  if (!sent) return undefined
  const query = Arguments.read(sent)
  const names = named.length > 0 ? named : query.names.toSorted()
  return names.map((name) => [
    name,
    query
      .getAll(name)
      .map((value) => JSON.stringify(value))
      .toSorted(),
  ])
}

/** What the client will not take. Where Cache-Control is obeyed, an entry is good until its storage time has passed. */
function isStale({ storedAt, lifetimeMs }: CachedAnswer, settings: Settings, asked: Directives, now: number): boolean {
  const age = (now - storedAt) / 1000
  const lifetime = lifetimeMs / 1000
  if (!settings.cache_control) return age > settings.cache_ttl
  const seconds = (name: string, otherwise: number): number => {
    const value = asked.get(name)
    return typeof value === 'number' ? value : otherwise
  }
  return (
    age > seconds('max-age', Infinity) ||
    age - lifetime > seconds('max-stale', Infinity) ||
    lifetime - age < seconds('min-fresh', -Infinity)
  )
}

function hitOf({ status, headers, body, storedAt }: CachedAnswer, withAge: boolean, now: number): OwnAnswer {
  const age = ['age', `${Math.floor((now - storedAt) / 1000)}`] as const
  return { kind: 'cached', status, body, headers: withAge ? [...headers, age] : headers }
}

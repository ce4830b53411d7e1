import { hash } from 'node:crypto'
import type { z } from 'zod'
import type { AnswerHeaders, EdgeResponse, Exchange, OwnAnswer } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { readArguments } from './arguments.ts'
import { createCacheStore, type CachedAnswer } from './cache-store.ts'
import { lifetimeOf, readDirectives, type Directives } from './cache-control.ts'
import { between, flag, integer, listOf, oneOf, record, text } from '../declarative/fields.ts'
import { errorAnswer } from './own-answers.ts'
import { part } from './transformer-rules.ts'

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
  vary_query_params: listOf(text).optional(),
  vary_headers: listOf(text).optional(),
  response_headers: part({ age: flag(true), 'X-Cache-Status': flag(true), 'X-Cache-Key': flag(true) }),
})
type Settings = z.output<typeof config>

/** Longer bodies pass and are not kept. */
const longestBody = 8 * 1024 * 1024

/** Keeps answers of the service in memory and gives them again, one consumer's never to another. */
export const proxyCache: PluginKind<Settings> = {
  name: 'proxy-cache',
  priority: 100,
  allowsConsumer: true,
  config,
  create(settings, { now }) {
    const { response_headers: shown, cache_control: obeys } = settings
    const store = createCacheStore(now)
    const note = (exchange: Exchange, status: string): void => {
      if (shown['X-Cache-Status']) exchange.answerHeaders.set('X-Cache-Status', status)
    }
    return {
      access(exchange) {
        const asked = obeys ? readDirectives(exchange.request.headers.getAll('cache-control')) : noDirectives
        if (!isCacheable(exchange, settings, asked)) return (note(exchange, 'Bypass'), undefined)
        const key = keyOf(exchange, settings)
        if (shown['X-Cache-Key']) exchange.answerHeaders.set('X-Cache-Key', key)
        const found = store.get(key)
        if (!found && asked.has('only-if-cached')) return errorAnswer(504, 'The upstream server is timing out')
        if (found && !isStale(found, settings, asked, now())) {
          note(exchange, 'Hit')
          return hitOf(found, shown.age, now())
        }
        note(exchange, found ? 'Refresh' : 'Miss')
        exchange.notes.set('proxy-cache', key)
        return undefined
      },
      headers(exchange, response) {
        const key = exchange.notes.get('proxy-cache')
        if (typeof key !== 'string') return
        const lifetime = lifetimeOfAnswer(response, settings, now())
        if (lifetime === undefined) {
          if (shown['X-Cache-Status']) response.headers.set('X-Cache-Status', 'Bypass')
          return
        }
        if (exchange.request.method === 'HEAD') return
        const headers = [...response.headers].filter(([name]) => !ofOneAnswer.test(name))
        const { status } = response
        response.observeBody(longestBody, (body) =>
          store.put(
            key,
            { status, headers, body, storedAt: now(), lifetimeMs: lifetime * 1000 },
            settings.storage_ttl ?? lifetime,
          ),
        )
      },
    }
  },
}

const noDirectives: Directives = new Map()

/** Headers that belong to one answer or one connection. */
const ofOneAnswer =
  /^(connection|keep-alive|proxy-authenticate|proxy-authorization|te|trailers?|transfer-encoding|upgrade|content-length|date|via|age|x-cache-(status|key)|x-kong-.*|(x-)?ratelimit-.*|retry-after)$/i

function isCacheable({ request }: Exchange, settings: Settings, asked: Directives): boolean {
  const isListed = settings.request_method.some((method) => method === request.method)
  return isListed && !asked.has('no-store') && !asked.has('no-cache')
}

/** In seconds; undefined for an answer that is not to be kept. */
function lifetimeOfAnswer({ status, headers }: EdgeResponse, settings: Settings, now: number): number | undefined {
  const type = headers.get('content-type')
  if (!settings.response_code.includes(status) || !type || !settings.content_type.includes(type)) return undefined
  if (!settings.cache_control) return settings.cache_ttl
  const lifetime = lifetimeOf(headers, now)
  return lifetime > 0 ? lifetime : undefined
}

/** The consumer, the route, the method, the path, the query and the headers that answers vary by. */
function keyOf({ request, route, consumer }: Exchange, settings: Settings): string {
  const path = settings.ignore_uri_case ? request.clientPath.toLowerCase() : request.clientPath
  const headers = settings.vary_headers?.map((name) => request.headers.getAll(name))
  const parts = [consumer?.id, route?.id, request.method, path, queryOf(request.query, settings), headers]
  return hash('sha256', JSON.stringify(parts))
}

function queryOf(sent: string | undefined, { vary_query_params: named }: Settings): unknown {
  if (!sent) return undefined
  const query = readArguments(sent)
  const names = named?.length ? named : [...query.keys()].toSorted()
  return names.map((name) => [name, query.get(name)?.toSorted()])
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
  const age: AnswerHeaders = withAge ? [['age', `${Math.floor((now - storedAt) / 1000)}`]] : []
  return { kind: 'cached', status, body, headers: [...headers, ...age] }
}

import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { indexCredentials } from '../../../infra/edge/credentials.ts'
import type { ClientEntity, ConsumerEntity } from '../../../infra/edge/declarative/entities.ts'
import { EdgeResponse, Exchange } from '../../../infra/edge/exchange.ts'
import { HeaderList, type HeaderLine } from '../../../infra/edge/header-list.ts'
import type { OwnAnswer } from '../../../infra/edge/own-answer.ts'
import type { EdgeParts, PluginKind, PluginPhases } from '../../../infra/edge/plugin.ts'
import { EdgeRequest } from '../../../infra/edge/proxy/edge-request.ts'
import type { TokenStore } from '../../../infra/edge/tokens/token-store.ts'
import { serviceRoute } from './entities.ts'

/** A request to a plugin under test; what is not said is a GET of `/films` from 127.0.0.1. */
export interface Asked {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: readonly HeaderLine[]
  readonly body?: string
  readonly isChunked?: boolean
  readonly isTls?: boolean
  readonly isTrusted?: boolean
  readonly host?: string
  readonly scheme?: 'http' | 'https'
  readonly clientAddress?: string
  readonly captures?: Readonly<Record<string, string>>
}

export const route = serviceRoute('host: films.upstream', 'paths: [/films]')
export const { service } = route

/** A consumer by name; its id is made of it. */
export function consumer(username: string, customId?: string): ConsumerEntity {
  return { id: `id-of-${username}`, username, ...(customId && { custom_id: customId }), tags: [] }
}

/** The exchange of a request, with what a plugin has done to it. */
export function exchangeOf(asked: Asked = {}): Exchange {
  return Object.assign(new Exchange(requestOf(asked)), {
    startedAt: Date.UTC(2026, 10, 23, 9),
    route,
    service,
    responseBytes: 200,
    responseStatus: 200,
  })
}

function requestOf(asked: Asked): EdgeRequest {
  const { method = 'GET', path = '/films', query, headers = [], isChunked = false } = asked
  const { isTls = false, isTrusted = false, host = 'edge.example.com' } = asked
  const incoming = new IncomingMessage(new Socket())
  const body = Buffer.from(asked.body ?? '')
  incoming.push(body)
  incoming.push(null)
  incoming.method = method
  incoming.rawHeaders = headers.flat()
  if (body.length > 0 && !isChunked) incoming.rawHeaders.push('Content-Length', String(body.length))
  const target = query === undefined ? path : `${path}?${query}`
  const bodyLength = isChunked ? undefined : body.length
  const head = { target, rawPath: path, path, query, host, authority: host, bodyLength }
  const remoteAddress = asked.clientAddress ?? '127.0.0.1'
  const state = { response: undefined, waiting: [], isWebSocket: false }
  const connection = { isTls, isTrusted, remoteAddress, localPort: 8000, ...state }
  const request = new EdgeRequest(incoming, head, connection, 2 ** 20)
  const { captures = {}, scheme = request.scheme } = asked
  return Object.assign(request, { captures, scheme })
}

/** The answer of the service, or of the edge. */
export function answerOf(
  status = 200,
  headers: readonly HeaderLine[] = [],
  source: 'service' | 'kong' = 'service',
): EdgeResponse {
  return new EdgeResponse(status, new HeaderList(headers.flat()), source)
}

/** Lets a body pass, and answers what the client gets. */
export function passBody(response: EdgeResponse, body = ''): string {
  const sent = response.transform?.(Buffer.from(body)) ?? Buffer.from(body)
  response.observer?.observe(sent)
  return sent.toString()
}

/** What the edge offers, from plain lists; the clock stands until it is set. */
export interface Parts extends EdgeParts {
  readonly clock: { now: number }
  readonly counted: Exchange[]
  readonly warnings: string[]
}

export interface PartsOptions {
  readonly consumers?: readonly ConsumerEntity[]
  readonly keys?: Readonly<Record<string, ConsumerEntity>>
  readonly clients?: readonly ClientEntity[]
  readonly groups?: Readonly<Record<string, readonly string[]>>
  readonly tokens?: TokenStore
  readonly clock?: { now: number }
}

export function partsOf(options: PartsOptions = {}): Parts {
  const { consumers = [], keys = {}, clients = [], groups = {}, tokens } = options
  const clock = options.clock ?? { now: Date.UTC(2026, 10, 23, 9) }
  const counted: Exchange[] = []
  const warnings: string[] = []
  return {
    clock,
    counted,
    warnings,
    now: () => clock.now,
    warn: (problem) => void warnings.push(problem),
    credentials: indexCredentials({
      consumers,
      keyauth_credentials: Object.entries(keys).map(([key, owner]) => {
        return { id: `key-of-${owner.username}`, key, consumer: owner, tags: [] }
      }),
      oauth2_credentials: clients,
      acls: Object.entries(groups).flatMap(([name, own]) =>
        own.map((group) => ({ id: group, group, consumer: consumer(name), tags: [] })),
      ),
    }),
    get tokens(): TokenStore {
      if (!tokens) throw new Error('this bench has no token store')
      return tokens
    },
    metrics: { count: (exchange) => void counted.push(exchange), showTargets: () => undefined },
  }
}

/** A plugin with the given fields of kong.yml. Throws where its schema refuses them. */
export function pluginOf(kind: PluginKind, config: object = {}, parts: EdgeParts = partsOf()): PluginPhases {
  return kind.create(kind.config.parse(config), parts)
}

/** What a schema says of fields: one `path: message` each, `@config` and `@plugin` for checks of the whole. */
export function refusalsOf(kind: PluginKind, config: unknown): string[] {
  const parsed = kind.config.safeParse(config)
  if (parsed.success) return []
  return parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `${issue.keys.join()}: unknown field`
    const check = issue.code === 'custom' && issue.params?.['entityCheck']
    return `${check ? `@${String(check)}` : issue.path.join('.')}: ${issue.message}`
  })
}

/** The JSON of an own answer's body. */
export function bodyOf(answer: OwnAnswer | undefined): unknown {
  return answer && answer.kind === 'body' ? JSON.parse(answer.body.toString()) : undefined
}

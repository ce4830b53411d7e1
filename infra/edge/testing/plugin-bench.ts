import type { ConsumerEntity, RouteEntity, ServiceEntity } from '../declarative/entities.ts'
import type { EdgeRequest, EdgeResponse, Exchange, OwnAnswer } from '../exchange.ts'
import { HeaderList, type HeaderLine } from '../header-list.ts'
import type { EdgeParts, OAuth2Client, PluginKind, PluginPhases, TokenStore } from '../plugin.ts'
import type { ExchangeSample } from '../metrics/route-series.ts'

/** A request to a plugin under test; what is not said is a GET of `/films` from 127.0.0.1. */
export interface Asked {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: readonly HeaderLine[]
  readonly body?: string
  readonly isChunked?: boolean
  readonly expectsContinue?: boolean
  readonly isTls?: boolean
  readonly scheme?: 'http' | 'https'
  readonly clientAddress?: string
  readonly captures?: Readonly<Record<string, string>>
}

export const service: ServiceEntity = {
  id: '00000000-0000-5000-8000-000000000001',
  name: 'films',
  protocol: 'http',
  host: 'films.upstream',
  port: 80,
  path: undefined,
  retries: 5,
  connect_timeout: 60_000,
  write_timeout: 60_000,
  read_timeout: 60_000,
  enabled: true,
  tags: [],
}

export const route: RouteEntity = {
  id: '00000000-0000-5000-8000-000000000002',
  name: 'films-route',
  protocols: ['http', 'https'],
  methods: [],
  hosts: [],
  paths: ['/films'],
  headers: {},
  regex_priority: 0,
  strip_path: true,
  preserve_host: false,
  request_buffering: true,
  response_buffering: true,
  https_redirect_status_code: 426,
  path_handling: 'v0',
  service,
  tags: [],
}

/** A consumer by name; its id is made of it. */
export function consumer(username: string, custom_id?: string): ConsumerEntity {
  return { id: `id-of-${username}`, username, custom_id, tags: [] }
}

/** The exchange of a request, with what a plugin has done to it. */
export function exchangeOf(asked: Asked = {}): Exchange {
  return {
    id: '0123456789abcdef0123456789abcdef',
    startedAt: Date.UTC(2026, 10, 23, 9),
    request: requestOf(asked),
    route,
    service,
    consumer: undefined,
    credential: undefined,
    answerHeaders: new HeaderList(),
    notes: new Map(),
    tries: [],
    upstreamStatus: '',
    upstreamUri: '/',
    upstreamLatencyMs: undefined,
    requestBytes: 100,
    responseBytes: 200,
    responseStatus: 200,
    responseSource: 'kong',
    responseHeaders: undefined,
    kongLatencyMs: 1,
    totalMs: 3,
  }
}

function requestOf(asked: Asked): EdgeRequest {
  const { method = 'GET', path = '/films', query, headers = [], isChunked = false } = asked
  let body = Buffer.from(asked.body ?? '')
  const lines = headers.flatMap(([name, value]) => [name, value])
  if (asked.body !== undefined && !isChunked) lines.push('Content-Length', String(body.length))
  return {
    method,
    rawTarget: query === undefined ? path : `${path}?${query}`,
    path,
    clientPath: path,
    query,
    isTls: asked.isTls ?? false,
    scheme: asked.scheme ?? (asked.isTls ? 'https' : 'http'),
    clientAddress: asked.clientAddress ?? '127.0.0.1',
    headers: new HeaderList(lines),
    host: 'edge.example.com',
    body: async () => body,
    isBodyLongerThan: (limit) => (isChunked ? Promise.resolve(body.length > limit) : body.length > limit),
    setBody: (next) => void (body = Buffer.from(next)),
    isChunked,
    expectsContinue: asked.expectsContinue ?? false,
    captures: asked.captures ?? {},
    size: 100,
    port: 8000,
  }
}

/** An answer on its way, with the bodies that plugins make of `body`. */
export interface Answered extends EdgeResponse {
  /** Lets the body pass, and answers what the client gets. */
  pass(body?: string): string
}

/** The answer of the service, or of the edge. */
export function answerOf(
  status = 200,
  headers: readonly HeaderLine[] = [],
  source: 'service' | 'kong' = 'service',
): Answered {
  const transforms: Array<(body: Buffer) => Buffer> = []
  const observers: Array<(body: Buffer) => void> = []
  return {
    status,
    source,
    headers: new HeaderList(headers.flatMap(([name, value]) => [name, value])),
    transformBody: (transform) => void transforms.push(transform),
    observeBody: (_limit, observe) => void observers.push(observe),
    pass(body = '') {
      let sent: Buffer = Buffer.from(body)
      for (const transform of transforms) sent = transform(sent)
      for (const observe of observers) observe(sent)
      return sent.toString()
    },
  }
}

/** What the edge offers, from plain lists; the clock stands until it is set. */
export interface Parts extends EdgeParts {
  readonly clock: { now: number }
  readonly counted: ExchangeSample[]
  readonly warnings: string[]
}

export interface PartsOptions {
  readonly consumers?: readonly ConsumerEntity[]
  readonly keys?: Readonly<Record<string, ConsumerEntity>>
  readonly clients?: readonly OAuth2Client[]
  readonly groups?: Readonly<Record<string, readonly string[]>>
  readonly tokens?: TokenStore
  readonly clock?: { now: number }
}

export function partsOf(options: PartsOptions = {}): Parts {
  const { consumers = [], keys = {}, clients = [], groups = {}, tokens } = options
  const clock = options.clock ?? { now: Date.UTC(2026, 10, 23, 9) }
  const counted: ExchangeSample[] = []
  const warnings: string[] = []
  return {
    clock,
    counted,
    warnings,
    now: () => clock.now,
    warn: (problem) => void warnings.push(problem),
    findConsumer: (name) => consumers.find(({ id, username }) => id === name || username === name),
    credentials: {
      findKey: (key) => (keys[key] ? { id: `key-of-${keys[key].username}`, consumer: keys[key] } : undefined),
      findClient: (clientId) => clients.find((client) => client.clientId === clientId),
      findClientById: (id) => clients.find((client) => client.id === id),
      groupsOf: ({ username = '' }) => groups[username] ?? [],
    },
    get tokens(): TokenStore {
      if (!tokens) throw new Error('this bench has no token store')
      return tokens
    },
    metrics: {
      contentType: 'text/plain',
      count: (sample) => void counted.push(sample),
      showTargets: () => undefined,
      render: async () => '',
    },
  }
}

/** A plugin with the given fields of kong.yml. Throws where its schema refuses them. */
export function pluginOf<Config>(
  kind: PluginKind<Config>,
  config: object = {},
  parts: EdgeParts = partsOf(),
): PluginPhases {
  // `as`: the kind's own schema has parsed it.
  return kind.create(kind.config.parse(config) as Config, parts, {
    id: 'plugin',
    name: kind.name,
    serviceId: undefined,
    routeId: undefined,
    consumerId: undefined,
  })
}

/** What a schema says of fields: one `path: message` each, `@config` and `@plugin` for checks of the whole. */
export function refusalsOf<Config>(kind: PluginKind<Config>, config: unknown): string[] {
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

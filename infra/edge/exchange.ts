import type { ConsumerEntity, RouteEntity, ServiceEntity } from './declarative/entities.ts'
import type { HeaderList } from './header-list.ts'

/** A request on its way through the edge. Plugins of the access phase may change what is sent on. */
export interface EdgeRequest {
  /** As sent; a plugin may change it. */
  method: string
  /** The target as the client wrote it, path and query. */
  readonly rawTarget: string
  /** Path as it goes to the service (normalised, stripped, joined to the service's path); a plugin may change it. */
  path: string
  /** The client's path, normalised (what routes are matched against). */
  readonly clientPath: string
  /** Query without '?', as sent; undefined where there is no '?'. A plugin may change it. */
  query: string | undefined
  readonly isTls: boolean
  /** The client's scheme: X-Forwarded-Proto of a trusted peer where there is one, else that of the connection. */
  readonly scheme: 'http' | 'https'
  /** Address of the client; a trusted peer's X-Real-IP where there is one. */
  readonly clientAddress: string
  /** The client's headers; a plugin may change them. Those that end at this hop are left out when the service is asked. */
  readonly headers: HeaderList
  /** Host as the client sent it. */
  readonly host: string
  /** The body, read once and kept; a plugin may replace it with setBody. Empty where there is none. */
  body(): Promise<Buffer>
  /**
   * Whether the body is longer than that many bytes: at once where Content-Length says so or there is no body, else
   * once a chunked body has ended or has passed the limit (reading stops there).
   */
  isBodyLongerThan(limitBytes: number): boolean | Promise<boolean>
  setBody(body: Buffer): void
  /** Whether it came with Transfer-Encoding: chunked, and with Expect: 100-continue (neither is among the headers). */
  readonly isChunked: boolean
  readonly expectsContinue: boolean
  /** Named captures of the route's regex path. */
  readonly captures: Readonly<Record<string, string>>
  /** Length of the request in bytes: line, headers and body as received (Kong's `request.size`). */
  readonly size: number
  /** The port that it came in on. */
  readonly port: number
}

/** An answer that the edge makes itself. */
export type OwnAnswer =
  /** Kong's error body, negotiated on Accept, with a request id. */
  | { readonly kind: 'error'; readonly status: number; readonly message: string; readonly headers?: AnswerHeaders }
  /** A plugin's own body: sent as it is. */
  | { readonly kind: 'body'; readonly status: number; readonly body: string | Buffer; readonly headers?: AnswerHeaders }
  /** The service's answer out of a cache: its headers as stored, and those of a proxied answer (Via, X-Kong-Upstream-Latency: 0). */
  | { readonly kind: 'cached'; readonly status: number; readonly body: Buffer; readonly headers: AnswerHeaders }

export type AnswerHeaders = ReadonlyArray<readonly [name: string, value: string]>

/** The answer on its way back to the client. */
export interface EdgeResponse {
  status: number
  readonly headers: HeaderList
  /** Who made it: the service behind the edge, or the edge itself (a plugin's cache counts as the edge). */
  readonly source: 'service' | 'kong'
  /** Buffers the whole body and puts another in its place (several are applied in the order of their calls); sent chunked. */
  transformBody(transform: (body: Buffer) => Buffer): void
  /**
   * Hands over the whole body, as sent, once it has passed complete and is not longer than the limit; it is streamed
   * meanwhile. A body that the service broke off is not handed over.
   */
  observeBody(limitBytes: number, observe: (body: Buffer) => void): void
}

/** One attempt at a target (Kong's `tries`). */
export interface Try {
  readonly ip: string
  readonly port: number
  readonly startedAt: number
  readonly latencyMs: number
  readonly state?: 'failed'
  readonly code?: number
}

/** Everything that is known of one request while it passes. One is made per request. */
export interface Exchange {
  /** 32 hex digits. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly request: EdgeRequest
  /** Undefined where no route matches. */
  readonly route: RouteEntity | undefined
  readonly service: ServiceEntity | undefined
  /** Set by authentication. */
  consumer: ConsumerEntity | undefined
  /** Set by authentication: the credential's id for logs, `isAnonymous` when the anonymous consumer stands in. */
  credential: { readonly id: string } | undefined
  /**
   * Headers that plugins add in their access phase to whatever answer comes, from the service or from the edge; they
   * stand in the response (each in the place of all of its name) before any plugin's headers phase.
   */
  readonly answerHeaders: HeaderList
  /** What plugins leave for their own later phases, by plugin name. */
  readonly notes: Map<string, unknown>
  /** Filled in as it goes, for logs and metrics. */
  readonly tries: Try[]
  upstreamStatus: string
  upstreamUri: string
  /** Milliseconds; undefined where the service was not asked. */
  upstreamLatencyMs: number | undefined
  requestBytes: number
  responseBytes: number
  responseStatus: number
  /** Who made the answer, as in EdgeResponse; set with its head. */
  responseSource: 'service' | 'kong'
  /** The answer's headers as sent; undefined until there is one. */
  responseHeaders: HeaderList | undefined
  /** The edge's own part of the time until the answer's head (X-Kong-Proxy-Latency or X-Kong-Response-Latency). */
  kongLatencyMs: number
  /** Of the whole exchange, set when it has ended. */
  totalMs: number
}

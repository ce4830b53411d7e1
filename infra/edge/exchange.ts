import { randomUUID } from 'node:crypto'
import type { ConsumerEntity, RouteEntity, ServiceEntity } from './declarative/entities.ts'
import { HeaderList } from './header-list.ts'
import type { EdgeRequest } from './proxy/edge-request.ts'

/** Who made an answer: the service behind the edge, or the edge itself (a plugin's cache counts as the edge). */
export type AnswerSource = 'service' | 'kong'

/** The head of the answer on its way back to the client, and what plugins want of its body. */
export class EdgeResponse {
  status: number
  readonly headers: HeaderList
  readonly source: AnswerSource
  /** Buffers the whole body and puts another in its place, sent chunked. */
  transform: ((body: Buffer) => Buffer) | undefined = undefined
  /**
   * Gets the whole body, as sent, once it has passed complete and is not longer than the limit; it is streamed
   * meanwhile. A body that the service broke off is not handed over.
   */
  observer: { readonly limit: number; readonly observe: (body: Buffer) => void } | undefined = undefined

  constructor(status: number, headers: HeaderList, source: AnswerSource) {
    this.status = status
    this.headers = headers
    this.source = source
  }
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

/** Everything that is known of one request while it passes. Times are in milliseconds, moments since 1970. */
export class Exchange {
  /** 32 hex digits. */
  readonly id = nextRequestId()
  readonly startedAt = Date.now()
  readonly request: EdgeRequest
  /** Undefined where no route matches. */
  route: RouteEntity | undefined = undefined
  service: ServiceEntity | undefined = undefined
  /** Both are set by authentication; the anonymous consumer has no credential. */
  consumer: ConsumerEntity | undefined = undefined
  credential: { readonly id: string } | undefined = undefined
  /**
   * Headers that plugins add in their access phase to whatever answer comes, from the service or from the edge; they
   * stand in the response (each in the place of all of its name) before any plugin's headers phase.
   */
  readonly answerHeaders = new HeaderList()
  /** What plugins leave for their own later phases, by plugin name. */
  readonly notes = new Map<string, string>()
  readonly tries: Try[] = []
  upstreamStatus = ''
  upstreamUri = ''
  /** Undefined where the service was not asked. */
  upstreamLatencyMs: number | undefined = undefined
  requestBytes = 0
  responseBytes = 0
  responseStatus = 0
  responseSource: AnswerSource = 'kong'
  /** The answer's headers as sent; undefined until there is one. */
  responseHeaders: HeaderList | undefined = undefined
  /** The edge's own part of the time until the answer's head (X-Kong-Proxy-Latency or X-Kong-Response-Latency). */
  kongLatencyMs = 0
  /** Of the whole exchange, set when it has ended. */
  totalMs = 0

  constructor(request: EdgeRequest) {
    this.request = request
  }
}

/** 32 random hex digits. Node keeps the randomness of many UUIDs ready. */
export function nextRequestId(): string {
  return randomUUID().replaceAll('-', '')
}

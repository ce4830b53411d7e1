import { randomFillSync } from 'node:crypto'
import type { ConsumerEntity, RouteEntity, ServiceEntity } from '../declarative/entities.ts'
import type { Exchange, Try } from '../exchange.ts'
import { HeaderList } from '../header-list.ts'
import type { ProxyRequest } from './proxy-request.ts'

/** One request on its way, as it starts. */
export class ProxyExchange implements Exchange {
  readonly id = nextRequestId()
  readonly startedAt = Date.now()
  readonly request: ProxyRequest
  route: RouteEntity | undefined = undefined
  service: ServiceEntity | undefined = undefined
  consumer: ConsumerEntity | undefined = undefined
  credential: { readonly id: string } | undefined = undefined
  readonly answerHeaders = new HeaderList()
  readonly notes = new Map<string, unknown>()
  readonly tries: Try[] = []
  upstreamStatus = ''
  upstreamUri = ''
  upstreamLatencyMs: number | undefined = undefined
  requestBytes = 0
  responseBytes = 0
  responseStatus = 0
  responseSource: 'service' | 'kong' = 'kong'
  responseHeaders: HeaderList | undefined = undefined
  kongLatencyMs = 0
  totalMs = 0

  constructor(request: ProxyRequest) {
    this.request = request
  }
}

const idBytes = 16
const pool = Buffer.alloc(idBytes * 256)
let used = pool.length

/** 32 random hex digits; randomness is fetched for many at a time. */
export function nextRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += idBytes
  return pool.toString('hex', used - idBytes, used)
}

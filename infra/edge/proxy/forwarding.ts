import type { Dispatcher } from 'undici'
import type { Peer } from '../balancer/peer.ts'
import type { ServiceTargets } from '../balancer/balancer.ts'
import type { TargetPools } from '../balancer/target-pools.ts'
import type { RouteEntity, ServiceEntity } from '../declarative/entities.ts'
import type { OwnAnswer } from '../exchange.ts'
import { answerHeaders } from './answer-headers.ts'
import type { ClientAnswer } from './client-answer.ts'
import { ClientGone } from './request-body.ts'
import { failureOf, failedCall, HeadTimeout, noPeer, type Failure } from './upstream-failures.ts'
import { upstreamHeaders, upstreamHost } from './upstream-headers.ts'

/** Methods that are sent once: again only where nothing of the first attempt can have arrived. */
const sentOnce = new Set(['POST', 'PATCH', 'LOCK'])

export interface ForwardingParts {
  readonly answer: ClientAnswer
  readonly route: RouteEntity
  readonly service: ServiceEntity
  readonly targets: ServiceTargets
  readonly pools: TargetPools
  readonly body: Buffer
}

/** One request on its way to its service, over as many attempts as Kong would make; one object for all of them. */
export class Forwarding implements Dispatcher.DispatchHandler {
  readonly #parts: ForwardingParts
  readonly #headers: string[]
  readonly #startedAt = Date.now()
  readonly #tried: Peer[] = []
  #peer: Peer | undefined
  #attemptAt = 0
  /** Whether this attempt's request has begun to go out. */
  #isSent = false
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false
  /** Runs until the answer's head has come. */
  #headLimit: NodeJS.Timeout | undefined

  constructor(parts: ForwardingParts) {
    this.#parts = parts
    this.#headers = upstreamHeaders(parts.answer.exchange)
  }

  /** Makes the first attempt, or the next. */
  attempt(): void {
    const { answer, route, service, targets, pools, body } = this.#parts
    const { request } = answer.exchange
    const peer = targets.next(this.#tried)
    if (!peer) return this.#answerFailure(noPeer)
    this.#peer = peer
    this.#tried.push(peer)
    this.#isSent = false
    this.#attemptAt = Date.now()
    const { host, port } = peer
    const { protocol, read_timeout } = service
    this.#headers[1] = upstreamHost(request, route.preserve_host, targets.upstream?.entity.host_header, {
      protocol,
      host,
      port,
    })
    const query = request.query === undefined ? '' : `?${request.query}`
    const options: Dispatcher.DispatchOptions = {
      method: request.method,
      path: request.path + query,
      headers: this.#headers,
      body: body.length > 0 ? body : null,
      // undici's own is exact to a second only: see onRequestStart.
      headersTimeout: 0,
      bodyTimeout: read_timeout,
    }
    pools.of(service, peer).dispatch(options, this)
  }

  /** The client is gone: nobody waits for the answer. */
  cancel(): void {
    this.#isOver = true
    this.#controller?.abort(new ClientGone())
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#isSent = true
    if (this.#isOver) return controller.abort(new ClientGone())
    this.#headLimit = setTimeout(() => controller.abort(new HeadTimeout()), this.#parts.service.read_timeout)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: unknown, reason?: string): void {
    if (status < 200) return
    clearTimeout(this.#headLimit)
    const { answer, targets } = this.#parts
    const { exchange } = answer
    const peer = this.#peer
    if (!peer) return
    peer.isResolved = true
    targets.report(peer, { kind: 'status', status })
    exchange.upstreamLatencyMs = Date.now() - this.#startedAt
    this.#note(peer, undefined)
    exchange.upstreamStatus += exchange.upstreamStatus === '' ? String(status) : `, ${status}`
    const { rawHeaders } = controller
    answer.start(status, reason ?? '', answerHeaders(Array.isArray(rawHeaders) ? rawHeaders : []), 'service')
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { answer } = this.#parts
    if (answer.write(chunk)) return
    controller.pause()
    answer.onceDrained(() => controller.resume())
  }

  onResponseEnd(): void {
    this.#isOver = true
    this.#parts.answer.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#headLimit)
    if (this.#isOver) return
    const { answer, targets, service } = this.#parts
    if (answer.hasStarted) {
      this.#isOver = true
      return answer.abort()
    }
    const failure = failureOf(error)
    const peer = this.#peer
    if (peer) {
      peer.isResolved = failure.kind !== 'unresolved'
      targets.report(peer, { kind: failure.kind === 'timeout' ? 'timeout' : 'refused' })
      this.#note(peer, failure.status)
      const { exchange } = answer
      exchange.upstreamStatus += exchange.upstreamStatus === '' ? String(failure.status) : `, ${failure.status}`
    }
    const mayRepeat = !this.#isSent || !sentOnce.has(answer.exchange.request.method)
    if (failure.isRetried && mayRepeat && this.#tried.length <= service.retries) return this.attempt()
    this.#answerFailure(failure)
  }

  #answerFailure(failure: Failure): void {
    this.#isOver = true
    const { answer } = this.#parts
    const own: OwnAnswer = { kind: 'error', status: failure.status, message: failure.message }
    if (failedCall.has(failure.status)) answer.exchange.upstreamLatencyMs = Date.now() - this.#startedAt
    answer.sendOwn(own, failedCall.has(failure.status))
  }

  #note({ host, port }: Peer, failed: number | undefined): void {
    const startedAt = this.#attemptAt
    const entry = { ip: host, port, startedAt, latencyMs: Date.now() - startedAt }
    const { tries } = this.#parts.answer.exchange
    tries.push(failed === undefined ? entry : { ...entry, state: 'failed', code: failed })
  }
}

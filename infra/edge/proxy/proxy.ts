import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Balancer } from '../balancer/balancer.ts'
import type { TargetPools } from '../balancer/target-pools.ts'
import type { OwnAnswer } from '../exchange.ts'
import type { Router } from '../routing/router.ts'
import { servicePathOf } from '../routing/service-path.ts'
import { ClientAnswer, type AnswerParts } from './client-answer.ts'
import type { Connection, Connections } from './connections.ts'
import { Forwarding } from './forwarding.ts'
import { onceClosed } from './exchange-end.ts'
import type { PluginChains } from './plugin-chains.ts'
import { ProxyExchange } from './proxy-exchange.ts'
import { ProxyRequest } from './proxy-request.ts'
import { refuse, refuseConnection, type ParseRefusal } from './refusals.ts'
import { BodyTooLarge, ClientGone } from './request-body.ts'
import { readHead } from './request-head.ts'
import { toHttps } from './redirect.ts'
import { runAccess } from './run-access.ts'
import { forwardWebSocket, type WebSocketParts } from './websocket.ts'

export interface ProxyParts extends AnswerParts {
  readonly router: Router
  readonly chains: PluginChains
  readonly balancer: Balancer
  readonly pools: TargetPools
  readonly connections: Connections
  readonly maxBodyBytes: number
}

const noRoute: OwnAnswer = { kind: 'error', status: 404, message: 'no Route matched with those values' }
const noService: OwnAnswer = { kind: 'error', status: 503, message: 'no Service found with those values' }
const tooLarge: OwnAnswer = { kind: 'error', status: 413, message: 'Payload too large' }
const crashed: OwnAnswer = { kind: 'error', status: 500, message: 'An unexpected error occurred' }

/** Takes requests from the listeners through routing, plugins and forwarding to their answers. */
export class Proxy {
  readonly #parts: ProxyParts
  readonly #webSockets = new Set<Socket>()

  constructor(parts: ProxyParts) {
    this.#parts = parts
  }

  handle(incoming: IncomingMessage, response: ServerResponse): void {
    const connection = this.#parts.connections.countRequest(incoming.socket)
    if (connection.response) connection.waiting.push(() => this.#begin(incoming, response, connection))
    else this.#begin(incoming, response, connection)
  }

  #begin(incoming: IncomingMessage, response: ServerResponse, connection: Connection): void {
    connection.response = response
    try {
      this.#route(incoming, response, connection)
    } catch (error) {
      this.#parts.warn('a request failed', error)
      response.destroy()
    }
  }

  /** Answers bytes that are no request, after the requests before them have had their answers. */
  handleGarbage(socket: Socket, refusal: ParseRefusal): void {
    const connection = this.#parts.connections.find(socket)
    const current = connection?.response
    if (connection && current?.req.complete) connection.waiting.push(() => refuseConnection(socket, refusal))
    else if (current?.headersSent) socket.end()
    else refuseConnection(socket, refusal)
  }

  #route(incoming: IncomingMessage, response: ServerResponse, connection: Connection): void {
    const { router, chains, maxBodyBytes, warn } = this.#parts
    const head = readHead(incoming)
    if (typeof head === 'string') return refuse(response, head)
    const request = new ProxyRequest(incoming, head, connection, maxBodyBytes)
    const exchange = new ProxyExchange(request)
    const match = router.find(request)
    const chain = match ? chains.of(match.route, undefined) : chains.unmatched
    const answer = new ClientAnswer(exchange, chain, response, this.#parts)
    onceClosed(answer, incoming.socket, response, connection, warn)
    if (!match) return answer.sendOwn(noRoute)
    const { route, captures, matchedLength } = match
    exchange.route = route
    exchange.service = route.service
    request.captures = captures
    const { path, strippedPrefix } = servicePathOf(route, request.clientPath, matchedLength)
    request.path = path
    request.strippedPrefix = strippedPrefix
    if (request.scheme === 'http' && !route.protocols.includes('http')) return answer.sendOwn(toHttps(route, request))
    this.#pass(answer, incoming, response)
  }

  #pass(answer: ClientAnswer, incoming: IncomingMessage, response: ServerResponse): void {
    const { exchange } = answer
    try {
      const own = runAccess(this.#parts.chains, exchange, answer.chain)
      if (own instanceof Promise) {
        own
          .then((settled) => this.#afterAccess(answer, settled, incoming, response))
          .catch((error: unknown) => this.#fail(answer, error))
      } else {
        this.#afterAccess(answer, own, incoming, response)
      }
    } catch (error) {
      this.#fail(answer, error)
    }
  }

  #afterAccess(
    answer: ClientAnswer,
    own: OwnAnswer | undefined,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): void {
    const { exchange } = answer
    const { route, consumer, request } = exchange
    if (route && consumer) answer.chain = this.#parts.chains.of(route, consumer)
    if (own) return answer.sendOwn(own)
    if (!route?.service) return answer.sendOwn(noService)
    exchange.upstreamUri = request.query === undefined ? request.path : `${request.path}?${request.query}`
    const parts = {
      answer,
      route,
      service: route.service,
      targets: this.#parts.balancer.of(route.service),
      pools: this.#parts.pools,
    }
    if (isWebSocket(request)) return this.#forwardWebSocket(parts, incoming, response)
    request.entity.whenRead(
      (body) => this.#forward(parts, body),
      (error) => this.#fail(answer, error),
    )
  }

  #forward(parts: WebSocketParts, body: Buffer): void {
    const { answer } = parts
    if (!answer.isOpen) return
    try {
      const forwarding = new Forwarding({ ...parts, body })
      answer.call = forwarding
      forwarding.attempt()
    } catch (error) {
      this.#fail(answer, error)
    }
  }

  #forwardWebSocket(parts: WebSocketParts, incoming: IncomingMessage, response: ServerResponse): void {
    const { socket } = incoming
    this.#webSockets.add(socket)
    response.once('close', () => this.#webSockets.delete(socket))
    forwardWebSocket(parts, incoming, response)
  }

  /** They would keep a stopping edge waiting for ever. */
  closeWebSockets(): void {
    for (const socket of this.#webSockets) socket.destroy()
  }

  #fail(answer: ClientAnswer, error: unknown): void {
    if (error instanceof ClientGone || !answer.isOpen) return
    if (error instanceof BodyTooLarge) return answer.sendOwn(tooLarge)
    this.#parts.warn('a request failed', error)
    if (answer.hasStarted) answer.abort()
    else answer.sendOwn(crashed)
  }
}

function isWebSocket({ headers }: ProxyRequest): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket'
}

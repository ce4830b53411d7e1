import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Balancer } from '../balancer/balancer.ts'
import type { RouteEntity } from '../declarative/entities.ts'
import { Exchange } from '../exchange.ts'
import { errorAnswer, type OwnAnswer } from '../own-answer.ts'
import type { Router } from '../routing/router.ts'
import { servicePathOf } from '../routing/service-path.ts'
import type { AttemptParts } from './attempts.ts'
import { ClientAnswer, type AnswerParts } from './client-answer.ts'
import type { Connection, Connections } from './connections.ts'
import { EdgeRequest } from './edge-request.ts'
import { reasonOf } from './answer-headers.ts'
import { nginxPage } from './error-bodies.ts'
import { Forwarding } from './forwarding.ts'
import type { PluginChains } from './plugin-chains.ts'
import { refusalAnswer, refuseConnection, type Refusal } from './refusals.ts'
import { BodyTooLarge, ClientGone } from './request-body.ts'
import { readHead } from './request-head.ts'
import { forwardWebSocket } from './websocket.ts'

export interface ProxyParts extends AnswerParts {
  readonly router: Router
  readonly chains: PluginChains
  readonly balancer: Balancer
  readonly connections: Connections
  readonly maxBodyBytes: number
}

const noRoute = errorAnswer(404, 'no Route matched with those values')

/** Takes requests from the listeners through routing, plugins and forwarding to their answers. */
export class Proxy {
  readonly #parts: ProxyParts

  constructor(parts: ProxyParts) {
    this.#parts = parts
  }

  handle(incoming: IncomingMessage, response: ServerResponse): void {
    const { connections } = this.#parts
    const connection = connections.find(incoming.socket)
    if (!connection) return void response.destroy()
    connections.totalRequests++
    if (connection.response) connection.waiting.push(() => this.#begin(incoming, response, connection))
    else this.#begin(incoming, response, connection)
  }

  /** Answers bytes that are no request, after the requests before them have had their answers. */
  handleGarbage(socket: Socket, refusal: Refusal): void {
    const connection = this.#parts.connections.find(socket)
    const current = connection?.response
    if (connection && current?.req.complete) connection.waiting.push(() => refuseConnection(socket, refusal))
    else if (current?.headersSent) socket.end()
    else refuseConnection(socket, refusal)
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

  #route(incoming: IncomingMessage, response: ServerResponse, connection: Connection): void {
    const { router, chains, maxBodyBytes } = this.#parts
    const head = readHead(incoming)
    const { refusal } = head
    const request = new EdgeRequest(incoming, head, connection, maxBodyBytes)
    const exchange = new Exchange(request)
    const match = router.find(request)
    const own = match ? toHttps(match.route, request) : refusal ? refusalAnswer(refusal, exchange.id) : noRoute
    if (!match || own) {
      if (refusal) response.shouldKeepAlive = false
      // Kong puts the plugins of a route together after this: here run the global ones.
      return new ClientAnswer(exchange, chains.unmatched, response, this.#parts).sendOwn(own ?? noRoute)
    }
    const { route, captures, matchedLength } = match
    exchange.route = route
    exchange.service = route.service
    request.captures = captures
    const { path, strippedPrefix } = servicePathOf(route, head.path, matchedLength)
    request.path = path
    request.strippedPrefix = strippedPrefix
    this.#access(new ClientAnswer(exchange, chains.of(route, undefined), response, this.#parts), route)
  }

  #access(answer: ClientAnswer, route: RouteEntity): void {
    try {
      const own = this.#parts.chains.runAccess(answer.exchange, route)
      if (own instanceof Promise) {
        own.then((late) => this.#proceed(answer, late)).catch((error: unknown) => this.#fail(answer, error))
      } else this.#proceed(answer, own)
    } catch (error) {
      this.#fail(answer, error)
    }
  }

  #proceed(answer: ClientAnswer, own: OwnAnswer | undefined): void {
    const { balancer, chains } = this.#parts
    const { route, consumer, request } = answer.exchange
    if (route && consumer) answer.chain = chains.of(route, consumer)
    if (own) return answer.sendOwn(own)
    if (!route?.service) return answer.sendOwn(errorAnswer(503, 'no Service found with those values'))
    answer.exchange.upstreamUri = request.query === undefined ? request.path : `${request.path}?${request.query}`
    const parts = { answer, route, service: route.service, targets: balancer.of(route.service) }
    if (request.headers.get('upgrade')?.toLowerCase() === 'websocket') {
      request.connection.isWebSocket = true
      return forwardWebSocket(parts)
    }
    request.body.whenRead(
      (body) => this.#forward(parts, body),
      (error) => this.#fail(answer, error),
    )
  }

  #forward(parts: AttemptParts, body: Buffer): void {
    const { answer } = parts
    if (!answer.isOpen) return
    try {
      const forwarding = new Forwarding(parts, body)
      answer.call = forwarding
      forwarding.attempt()
    } catch (error) {
      this.#fail(answer, error)
    }
  }

  #fail(answer: ClientAnswer, error: unknown): void {
    if (error instanceof ClientGone || !answer.isOpen) return
    if (error instanceof BodyTooLarge) return answer.sendOwn(errorAnswer(413, 'Payload too large'))
    this.#parts.warn('a request failed', error)
    if (answer.hasStarted) answer.abort()
    else answer.sendOwn(errorAnswer(500, 'An unexpected error occurred'))
  }
}

/** What a plain request gets on a route that answers over https only. */
function toHttps(route: RouteEntity, request: EdgeRequest): OwnAnswer | undefined {
  if (request.forwardedProto === 'https' || route.protocols.includes('http')) return undefined
  const { https_redirect_status_code: status } = route
  if (status === 426) {
    const headers = [['Connection', 'Upgrade'] as const, ['Upgrade', 'TLS/1.2, HTTP/1.1'] as const]
    return errorAnswer(status, 'Please use HTTPS protocol', headers)
  }
  const location = `https://${request.forwardedHost}${request.head.target}`
  const headers = [['Content-Type', 'text/html'] as const, ['Location', location] as const]
  return { kind: 'body', status, headers, body: nginxPage(`${status} ${reasonOf(status)}`) }
}

import { request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Peer } from '../balancer/peer.ts'
import { HeaderList } from '../header-list.ts'
import { answerHeaders } from './answer-headers.ts'
import type { ForwardingParts } from './forwarding.ts'
import { failedCall, failureOf, HeadTimeout, noPeer } from './upstream-failures.ts'
import { upstreamHeaders, upstreamHost } from './upstream-headers.ts'

export type WebSocketParts = Omit<ForwardingParts, 'body'>

/**
 * Asks the service to change to WebSocket, and joins the two connections if it does. Its refusal goes to the client as
 * any answer. A connection on which nothing moves for read_timeout is closed.
 */
export function forwardWebSocket(parts: WebSocketParts, incoming: IncomingMessage, response: ServerResponse): void {
  const { answer, targets, service } = parts
  const startedAt = Date.now()
  const tried: Peer[] = []
  const attempt = (): void => {
    const peer = targets.next(tried)
    if (!peer) return answer.sendOwn({ kind: 'error', status: noPeer.status, message: noPeer.message })
    tried.push(peer)
    const asked = ask(parts, peer)
    const cancel = (): void => void asked.destroy()
    response.once('close', cancel)
    asked.on('upgrade', (switched: IncomingMessage, socket: Socket, first: Buffer) => {
      response.off('close', cancel)
      noteSuccess(parts, peer, switched, startedAt)
      join(parts, incoming, { switched, socket, first })
    })
    asked.on('response', (refused: IncomingMessage) => {
      noteSuccess(parts, peer, refused, startedAt)
      answer.start(refused.statusCode ?? 502, refused.statusMessage ?? '', answerHeaders(refused.rawHeaders), 'service')
      refused.on('data', (chunk: Buffer) => answer.write(chunk))
      refused.on('end', () => answer.end())
    })
    asked.on('error', (error) => {
      if (!answer.isOpen || answer.hasStarted) return response.destroy()
      const { kind, status, message, isRetried } = failureOf(error)
      targets.report(peer, { kind: kind === 'timeout' ? 'timeout' : 'refused' })
      response.off('close', cancel)
      if (isRetried && tried.length <= service.retries) return attempt()
      answer.exchange.upstreamLatencyMs = Date.now() - startedAt
      answer.sendOwn({ kind: 'error', status, message }, failedCall.has(status))
    })
    asked.end()
  }
  attempt()
}

function ask({ answer, route, service, targets }: WebSocketParts, { host, port }: Peer): ClientRequest {
  const { exchange } = answer
  const { request } = exchange
  const { protocol, read_timeout } = service
  const headers = upstreamHeaders(exchange)
  const host_header = targets.upstream?.entity.host_header
  headers[1] = upstreamHost(request, route.preserve_host, host_header, { protocol, host, port })
  headers.push('Connection', 'keep-alive, Upgrade', 'Upgrade', 'websocket')
  const asked = (protocol === 'https' ? httpsRequest : httpRequest)({
    host,
    port,
    method: request.method,
    path: exchange.upstreamUri,
    headers,
    timeout: read_timeout,
    agent: false,
  })
  asked.on('timeout', () => asked.destroy(new HeadTimeout()))
  return asked
}

function noteSuccess(
  { answer, targets }: WebSocketParts,
  peer: Peer,
  { statusCode = 0 }: IncomingMessage,
  startedAt: number,
): void {
  const { exchange } = answer
  const now = Date.now()
  targets.report(peer, { kind: 'status', status: statusCode })
  exchange.upstreamLatencyMs = now - startedAt
  exchange.upstreamStatus = String(statusCode)
  exchange.tries.push({ ip: peer.host, port: peer.port, startedAt, latencyMs: now - startedAt })
}

interface Switched {
  readonly switched: IncomingMessage
  readonly socket: Socket
  readonly first: Buffer
}

function join(
  { answer, service }: WebSocketParts,
  incoming: IncomingMessage,
  { switched, socket: upstream, first }: Switched,
): void {
  const client = incoming.socket
  const headers = new HeaderList(switched.rawHeaders)
  headers.remove('connection')
  answer.startUpgrade(headers, switched.statusMessage ?? '')
  leaveHttp(client)
  if (first.length > 0) client.write(first)
  // The response stays on the client's socket: it ends with it, and its log phases run then.
  const close = (): void => {
    client.destroy()
    upstream.destroy()
  }
  for (const socket of [client, upstream]) {
    socket.setNoDelay(true)
    socket.setTimeout(service.read_timeout, close)
    socket.on('error', close).on('close', close)
  }
  client.pipe(upstream).pipe(client)
}

/** From here on the bytes of a connection are no requests: Node's parser lets go of it. */
function leaveHttp(client: Socket): void {
  for (const event of ['data', 'end', 'drain', 'timeout', 'error']) client.removeAllListeners(event)
}

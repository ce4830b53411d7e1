import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Peer } from '../balancer/peer.ts'
import { HeaderList } from '../header-list.ts'
import { answerHeaders } from './answer-headers.ts'
import { Attempts, HeadTimeout, type AttemptParts } from './attempts.ts'
import { upstreamHeaders, upstreamHost } from './upstream-headers.ts'

/**
 * Asks the service to change to WebSocket, and joins the two connections if it does. Its refusal goes to the client as
 * any answer. A connection on which nothing moves for read_timeout is closed.
 */
export function forwardWebSocket(parts: AttemptParts): void {
  const { answer } = parts
  const attempts = new Attempts(parts)
  const attempt = (): void => {
    const peer = attempts.next()
    if (!peer) return
    const asked = ask(parts, peer)
    answer.call = { cancel: () => asked.destroy() }
    asked.on('upgrade', (switched: IncomingMessage, socket: Socket, first: Buffer) => {
      attempts.succeed(101)
      join(parts, switched, socket, first)
    })
    asked.on('response', (refused: IncomingMessage) => {
      const { statusCode = 502, statusMessage = '' } = refused
      attempts.succeed(statusCode)
      answer.start(statusCode, statusMessage, answerHeaders(refused.rawHeaders), 'service')
      refused.on('data', (chunk: Buffer) => answer.write(chunk))
      refused.on('end', () => answer.end())
      // A service that goes in the middle of its refusal says no more, and 'end' never comes.
      refused.on('close', () => refused.complete || answer.abort())
    })
    asked.on('error', (error) => {
      if (!answer.isOpen || answer.hasStarted) answer.response.destroy()
      else if (attempts.fail(error, true)) attempt()
    })
    asked.end()
  }
  attempt()
}

function ask(parts: AttemptParts, peer: Peer): ClientRequest {
  const { answer, service } = parts
  const { exchange } = answer
  const headers = upstreamHeaders(exchange)
  headers[1] = upstreamHost(parts, peer)
  headers.push('Connection', 'keep-alive, Upgrade', 'Upgrade', 'websocket')
  const asked = (service.protocol === 'https' ? httpsRequest : httpRequest)({
    host: peer.host,
    port: peer.port,
    method: exchange.request.method,
    path: exchange.upstreamUri,
    headers,
    timeout: service.read_timeout,
    agent: false,
  })
  return asked.on('timeout', () => asked.destroy(new HeadTimeout()))
}

function join({ answer, service }: AttemptParts, switched: IncomingMessage, upstream: Socket, first: Buffer): void {
  const client = answer.response.req.socket
  const headers = new HeaderList(switched.rawHeaders)
  headers.remove('connection')
  answer.startUpgrade(headers, switched.statusMessage ?? '')
  // From here on the bytes of the client are no requests: Node's parser lets go of the connection.
  for (const event of ['data', 'end', 'drain', 'timeout', 'error']) client.removeAllListeners(event)
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

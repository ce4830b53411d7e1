import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ClientAnswer, Warn } from './client-answer.ts'
import type { Connection } from './connections.ts'

/** nginx's status of a client that left without an answer. */
const clientLeft = 499

/**
 * When the answer has gone out, or cannot: counts bytes and time, runs the log phases, and lets the connection's next
 * request begin.
 */
export function onceClosed(
  answer: ClientAnswer,
  socket: Socket,
  response: ServerResponse,
  connection: Connection,
  warn: Warn,
): void {
  const { exchange } = answer
  const sentBefore = socket.bytesWritten
  response.once('close', () => {
    if (!response.writableFinished) answer.call?.cancel()
    exchange.requestBytes = exchange.request.size
    exchange.responseBytes = socket.bytesWritten - sentBefore
    exchange.totalMs = Date.now() - exchange.startedAt
    if (exchange.responseStatus === 0) exchange.responseStatus = clientLeft
    for (const run of answer.chain.log) {
      try {
        run(exchange)
      } catch (error) {
        warn('a plugin failed in its log phase', error)
      }
    }
    connection.response = undefined
    if (!socket.destroyed) connection.waiting.shift()?.()
  })
}

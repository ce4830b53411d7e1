import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { kongVersion, reasonOf } from './answer-headers.ts'
import { errorBody, nginxPage } from './error-bodies.ts'
import { nextRequestId } from '../exchange.ts'

/** What Kong answers to what is no request: in plain text, or as nginx itself. */
const refusals = {
  badRequest: { status: 400, message: 'Bad request' },
  headerTooLarge: { status: 400, message: 'Request header or cookie too large' },
  methodNotAllowed: { status: 405, message: 'Method not allowed' },
  uriTooLong: { status: 414, message: 'URI too long' },
  notImplemented: { status: 501, page: nginxPage('501 Not Implemented') },
  versionNotSupported: { status: 505, page: nginxPage('505 HTTP Version Not Supported') },
  plainOnTls: { status: 400, page: nginxPage('400 Bad Request', 'The plain HTTP request was sent to HTTPS port') },
} as const
export type Refusal = keyof typeof refusals

interface Refused {
  readonly status: number
  readonly headers: string[]
  readonly body: string
}

function refused(refusal: Refusal): Refused {
  const { status, ...said } = refusals[refusal]
  const id = nextRequestId()
  const { type, text } =
    'page' in said ? { type: 'text/html; charset=UTF-8', text: said.page } : errorBody(said.message, id, 'text/plain')
  const length = String(Buffer.byteLength(text))
  const headers = ['Content-Type', type ?? '', 'Content-Length', length, 'Connection', 'close']
  headers.push('X-Kong-Response-Latency', '0', 'Server', kongVersion, 'X-Kong-Request-Id', id)
  return { status, headers, body: text }
}

/** Answers a request that was read, and closes its connection. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  const { status, headers, body } = refused(refusal)
  response.writeHead(status, reasonOf(status), headers)
  response.end(body)
}

const lingerMs = 2000

/** Answers on a connection whose request could not be read, and closes it. */
export function refuseConnection(socket: Duplex, refusal: Refusal): void {
  const { status, headers, body } = refused(refusal)
  const lines = [`HTTP/1.1 ${status} ${reasonOf(status)}`, `Date: ${new Date().toUTCString()}`]
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`)
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  // What the client still sends is read and dropped for a moment: a reset could overtake the answer.
  socket.resume()
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

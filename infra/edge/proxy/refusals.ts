import type { Duplex } from 'node:stream'
import { kongVersion, reasonOf } from './answer-headers.ts'
import { errorBody, nginxPage } from './error-bodies.ts'
import { nextRequestId } from '../exchange.ts'
import type { AnswerHeaders, OwnAnswer } from '../own-answer.ts'

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
type Refused = Extract<OwnAnswer, { kind: 'body' }> & { readonly body: string; readonly headers: AnswerHeaders }

export function refusalAnswer(refusal: Refusal, requestId: string): Refused {
  const { status, ...said } = refusals[refusal]
  const [type, body] =
    'page' in said
      ? (['text/html; charset=UTF-8', said.page] as const)
      : (['text/plain; charset=utf-8', errorBody(said.message, requestId, 'text/plain').text] as const)
  return { kind: 'body', status, body, headers: [['Content-Type', type]] }
}

const lingerMs = 2000

/** Answers on a connection whose request could not be read, and closes it. */
export function refuseConnection(socket: Duplex, refusal: Refusal): void {
  const id = nextRequestId()
  const { status, body, headers } = refusalAnswer(refusal, id)
  const lines = [
    `HTTP/1.1 ${status} ${reasonOf(status)}`,
    `Date: ${new Date().toUTCString()}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
    'Connection: close',
    'X-Kong-Response-Latency: 0',
    `Server: ${kongVersion}`,
    `X-Kong-Request-Id: ${id}`,
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  // What the client still sends is read and dropped for a moment: a reset could overtake the answer.
  socket.resume()
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

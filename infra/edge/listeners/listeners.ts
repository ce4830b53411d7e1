import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Proxy } from '../proxy/proxy.ts'
import { refuseConnection, type Refusal } from '../proxy/refusals.ts'
import type { TlsKeyPair } from './certificate.ts'

const options = {
  /** nginx's buffers for a request's head: four of 8 kB. One line's limit is looked at later. */
  maxHeaderSize: 32 * 1024,
  // What nginx says of a request without a Host is said by us.
  requireHostHeader: false,
  keepAliveTimeout: 65_000,
  headersTimeout: 60_000,
  requestTimeout: 300_000,
  // A client that disappears must not leave its connection open for ever.
  keepAlive: true,
  noDelay: true,
}

/** A listener for clients, http or (with a certificate) https, that hands everything to the proxy. */
export function createProxyListener(proxy: Proxy, tls?: TlsKeyPair): Server {
  const server = tls
    ? createTlsServer({ ...options, key: tls.key, cert: tls.certificate, ALPNProtocols: ['http/1.1'] })
    : createServer(options)
  const handle = (incoming: IncomingMessage, response: ServerResponse): void => proxy.handle(incoming, response)
  server.on('request', handle)
  // All that fit into maxHeaderSize: Node would drop those after the 2000th without a word.
  server.maxHeadersCount = 0
  server.on('checkContinue', (incoming: IncomingMessage, response: ServerResponse) => {
    response.writeContinue()
    handle(incoming, response)
  })
  server.on('checkExpectation', handle)
  server.on('connect', (_incoming: IncomingMessage, socket: Duplex) => refuseConnection(socket, 'badRequest'))
  server.on('clientError', (error: ParseError, socket: Socket) => {
    // nginx, too, says nothing to who is too slow.
    if (!socket.writable || error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return void socket.destroy()
    proxy.handleGarbage(socket, refusalOf(error))
  })
  // Tells a client that speaks plain HTTP to the TLS port so, as nginx does.
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: Socket & { readonly _parent?: Socket }) => {
    // Node's TLS socket cannot write any more; the one below it can.
    const plain = error.code === 'ERR_SSL_HTTP_REQUEST' ? socket._parent : undefined
    if (plain?.writable) refuseConnection(plain, 'plainOnTls')
  })
  return server
}

interface ParseError extends Error {
  readonly code?: string
  readonly rawPacket?: Buffer
}

function refusalOf({ code, rawPacket }: ParseError): Refusal {
  const head = rawPacket?.toString('latin1') ?? ''
  if (code === 'HPE_HEADER_OVERFLOW') return /^[^\r\n]{8192}/.test(head) ? 'uriTooLong' : 'headerTooLarge'
  if (code === 'HPE_INVALID_VERSION' && / HTTP\/[2-9]\.\d\r?$/m.test(head.split('\n', 1)[0] ?? '')) {
    return 'versionNotSupported'
  }
  if (code !== 'HPE_INVALID_TRANSFER_ENCODING' && code !== 'HPE_INVALID_CONTENT_LENGTH') return 'badRequest'
  const [coding, ...more] = head.matchAll(/^transfer-encoding:[ \t]*(.*?)[ \t]*\r?$/gim)
  return coding && more.length === 0 && coding[1]?.toLowerCase() !== 'chunked' ? 'notImplemented' : 'badRequest'
}

/** Opens a port; the error says which one could not be had. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is taken by another process' : `cannot be had: ${error.message}`
      reject(new Error(`port ${port} ${reason}`))
    })
    server.listen(port, host, resolve)
  })
  // `as`: a server that listens on a port has no other kind of address.
  return (server.address() as AddressInfo).port
}

/** Stops taking connections, and resolves when the requests in flight have been answered. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

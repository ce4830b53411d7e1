import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool, type Dispatcher } from 'undici'

// What a proxy in Node costs at least: node:http in front, undici's lowest call behind, bytes passed as they come.
const pool = new Pool(process.argv[2] ?? '', { connections: 128, pipelining: 1 })

const server = createServer((request, response) => {
  const { method = 'GET', url = '/', headers } = request
  const { connection: _, ...endToEnd } = headers
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
  const options = {
    method,
    path: url,
    headers: endToEnd,
    body: hasBody ? request : null,
  }
  pool.dispatch(options, answering(response))
})

function answering(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart: () => {},
    onResponseStart: (_controller, status, headers) => void response.writeHead(status, headers),
    onResponseData: (_controller, chunk) => void response.write(chunk),
    onResponseEnd: () => void response.end(),
    onResponseError: () => void response.destroy(),
  }
}

server.listen(0, '127.0.0.1', () => {
  // A server on a TCP port has this form of address.
  process.send?.((server.address() as AddressInfo).port)
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// The service behind both proxies, as light as can be: one prepared answer, which a cache may keep where the query says so.
const body = Buffer.from(
  JSON.stringify({ data: { films: Array.from({ length: 20 }, (_, id) => ({ id, title: `Film ${id}` })) } }),
)
const type = { 'content-type': 'application/json; charset=utf-8', 'content-length': String(body.length) }
const kept = { ...type, 'cache-control': 'public, max-age=600' }
const passing = { ...type, 'cache-control': 'no-store' }

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, request.url?.endsWith('?kept') ? kept : passing).end(body)
})
server.listen(0, '127.0.0.1', () => {
  // A server on a TCP port has this form of address.
  process.send?.((server.address() as AddressInfo).port)
})

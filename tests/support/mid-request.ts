import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { freePort } from './mariadb.ts'
import { runCommand } from './command.ts'

/** How a service ended that got SIGTERM while a request was half sent. */
export interface MidRequest {
  readonly status: number | undefined
  readonly body: string
  readonly exitCode: number | null
}

/**
 * Starts a service, sends half of a GraphQL request, then SIGTERM, then the other half. The service has the request in
 * hand, for it answered the request's headers with 100 Continue; it knows of the signal, for it logged it.
 */
export async function askAcrossSigterm(
  main: string,
  environment: Record<string, string>,
  query: string,
  identity: Readonly<Record<string, string>> = {},
): Promise<MidRequest> {
  const port = await freePort()
  await using service = runCommand([main], { ...environment, PORT: String(port), LOG_LEVEL: 'info' })
  await service.printed('Server listening')
  const body = JSON.stringify({ query })
  const headers = {
    ...identity,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    expect: '100-continue',
  }
  const sent = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers })
  sent.flushHeaders()
  await once(sent, 'continue')
  sent.write(body.slice(0, 10))
  service.signal('SIGTERM')
  await service.printed('stopping')
  sent.end(body.slice(10))
  const [response] = await once(sent, 'response')
  return { status: response.statusCode, body: await text(response), exitCode: await service.ended }
}

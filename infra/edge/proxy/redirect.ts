import type { RouteEntity } from '../declarative/entities.ts'
import type { OwnAnswer } from '../exchange.ts'
import { reasonOf } from './answer-headers.ts'
import { nginxPage } from './error-bodies.ts'
import type { ProxyRequest } from './proxy-request.ts'

/** What a plain request gets on a route that answers over https only. */
export function toHttps(
  { https_redirect_status_code: status }: RouteEntity,
  { forwardedHost, rawTarget }: ProxyRequest,
): OwnAnswer {
  if (status === 426) {
    const headers = [['Connection', 'Upgrade'] as const, ['Upgrade', 'TLS/1.2, HTTP/1.1'] as const]
    return { kind: 'error', status, message: 'Please use HTTPS protocol', headers }
  }
  const location = `https://${forwardedHost}${rawTarget}`
  const headers = [['Content-Type', 'text/html'] as const, ['Location', location] as const]
  return { kind: 'body', status, headers, body: nginxPage(`${status} ${reasonOf(status)}`) }
}

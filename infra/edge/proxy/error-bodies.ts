import type { RouteEntity } from '../declarative/entities.ts'
import { errorAnswer, type OwnAnswer } from '../own-answer.ts'
import { reasonOf } from './answer-headers.ts'
import type { EdgeRequest } from './edge-request.ts'

const formats = {
  'application/json': (message, id) => `{\n  "message":${JSON.stringify(message)},\n  "request_id":"${id}"\n}`,
  'text/plain': (message, id) => `${message}\nrequest_id: ${id}\n`,
  'text/html': (message, id) => `<!doctype html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Error</title>
  </head>
  <body>
    <h1>Error</h1>
    <p>${escapeMarkup(message)}.</p>
    <p>request_id: ${id}</p>
  </body>
</html>
`,
  'application/xml': (message, id) => `<?xml version="1.0" encoding="UTF-8"?>
<error>
  <message>${escapeMarkup(message)}</message>
  <requestid>${id}</requestid>
</error>
`,
  'application/grpc': () => '',
} satisfies Record<string, (message: string, requestId: string) => string>

type MediaType = keyof typeof formats

function isKnown(type: string): type is MediaType {
  return Object.hasOwn(formats, type)
}

/** Kong's error body in the format that `Accept` likes best; JSON where it names none that there is. */
export function errorBody(
  message: string,
  requestId: string,
  accept: string | undefined,
): { readonly type: string; readonly text: string } {
  const type = preferredType(accept)
  const text = formats[type](message, requestId)
  return { type: type === 'application/grpc' ? type : `${type}; charset=utf-8`, text }
}

function preferredType(accept: string | undefined): MediaType {
  let preferred: MediaType = 'application/json'
  let best = 0
  for (const entry of accept?.split(',') ?? []) {
    const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    const quality = weight === undefined ? 1 : Number(weight.slice(2))
    if (isKnown(name) && quality > best) [preferred, best] = [name, quality]
  }
  return preferred
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A page of nginx itself, which Kong leaves as it is. */
export function nginxPage(title: string, detail?: string): string {
  const heading = detail === undefined ? title : `${title.slice(0, 3)} ${detail}`
  const lines = [`<head><title>${heading}</title></head>`, '<body>', `<center><h1>${title}</h1></center>`]
  if (detail !== undefined) lines.push(`<center>${detail}</center>`)
  return ['<html>', ...lines, '</body>', '</html>', ''].join('\r\n')
}

/** What a plain request gets on a route that answers over https only. */
export function toHttps({ https_redirect_status_code: status }: RouteEntity, request: EdgeRequest): OwnAnswer {
  if (status === 426) {
    const headers = [['Connection', 'Upgrade'] as const, ['Upgrade', 'TLS/1.2, HTTP/1.1'] as const]
    return errorAnswer(status, 'Please use HTTPS protocol', headers)
  }
  const location = `https://${request.forwardedHost}${request.head.target}`
  const headers = [['Content-Type', 'text/html'] as const, ['Location', location] as const]
  return { kind: 'body', status, headers, body: nginxPage(`${status} ${reasonOf(status)}`) }
}

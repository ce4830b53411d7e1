const json = 'application/json'

/** Kong's error pages, by media type. Its messages are its own words: nothing that a client sent stands in them. */
const formats: Readonly<Record<string, (message: string, requestId: string) => string>> = {
  [json]: (message, id) => `{\n  "message":${JSON.stringify(message)},\n  "request_id":"${id}"\n}`,
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
}

/** Kong's error body in the format that `Accept` likes best; without a type where that is gRPC's, which is empty. */
export function errorBody(
  message: string,
  requestId: string,
  accept: string | undefined,
): { readonly type: string | undefined; readonly text: string } {
  const type = preferredType(accept)
  const text = formats[type]?.(message, requestId) ?? ''
  return { type: type === 'application/grpc' ? undefined : `${type}; charset=utf-8`, text }
}

const mediaType = /^\s*((?:[a-z\d][\w\-!#$&^+.]+|\*)\/(?:[a-z\d][\w\-!#$&^+.]+|\*))/i
const parameters = /\s*;\s*(?:q=(1(?:\.0{0,3})?|0(?:\.\d{0,3})?)|[a-z\d][\w\-!#$&^+.]+(?:=[^;]*)?)/giy

/** The first of the highest weight, as Kong reads them; JSON in the place of a type that Kong has no page in. */
function preferredType(accept = ''): string {
  let preferred = json
  let best = 0
  for (const entry of accept.split(',')) {
    const [start, type] = mediaType.exec(entry) ?? []
    if (start === undefined || type === undefined) continue
    let quality = 1
    for (const [, weight] of entry.slice(start.length).matchAll(parameters)) quality = Number(weight ?? quality)
    if (quality <= best) continue
    best = quality
    const named = type === 'text/*' ? 'text/plain' : type
    preferred = Object.hasOwn(formats, named) ? named : json
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

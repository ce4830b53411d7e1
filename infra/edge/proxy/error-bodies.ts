/** A body that the edge makes, with its media type. */
export interface ErrorBody {
  readonly type: string
  readonly text: string
}

type Format = (message: string, requestId: string) => string

const formats = {
  'application/json': (message, id) => `{\n  "message":${JSON.stringify(message)},\n  "request_id":"${id}"\n}`,
  'text/plain': (message, id) => `${message}\nrequest_id: ${id}\n`,
  'text/html': (message, id) =>
    [
      '<!doctype html>',
      '<html>',
      '  <head>',
      '    <meta charset="utf-8">',
      '    <title>Error</title>',
      '  </head>',
      '  <body>',
      '    <h1>Error</h1>',
      `    <p>${escapeMarkup(message)}.</p>`,
      `    <p>request_id: ${id}</p>`,
      '  </body>',
      '</html>',
      '',
    ].join('\n'),
  'application/xml': (message, id) =>
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<error>',
      `  <message>${escapeMarkup(message)}</message>`,
      `  <requestid>${id}</requestid>`,
      '</error>',
      '',
    ].join('\n'),
  'application/grpc': () => '',
} satisfies Record<string, Format>

type MediaType = keyof typeof formats

function isKnown(type: string): type is MediaType {
  return Object.hasOwn(formats, type)
}

/** Kong's error body in the format that `Accept` likes best; JSON where it names none that there is. */
export function errorBody(message: string, requestId: string, accept: string | undefined): ErrorBody {
  const type = preferredType(accept)
  return {
    type: type === 'application/grpc' ? type : `${type}; charset=utf-8`,
    text: formats[type](message, requestId),
  }
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
export function nginxPage(title: string, detail = ''): string {
  const heading = detail === '' ? title : `${title.slice(0, 3)} ${detail}`
  return [
    '<html>',
    `<head><title>${heading}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    ...(detail === '' ? [] : [`<center>${detail}</center>`]),
    '</body>',
    '</html>',
    '',
  ].join('\r\n')
}

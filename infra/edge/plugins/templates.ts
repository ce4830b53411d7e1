import type { Exchange } from '../exchange.ts'
import { readArguments } from './arguments.ts'

/** A text with the values of one request put in. */
export type Template = (exchange: Exchange) => string

const placeholder = /\$\(\s*(?:(headers|query_params|uri_captures)(?:\.(\w+)|\[\s*(?:"([^"]+)"|'([^']+)')\s*\]))\s*\)/g

/** Whether a text has no other `$(…)` than those that the edge knows: it runs no Lua. */
export function isTemplate(text: string): boolean {
  return !text.replaceAll(placeholder, '').includes('$(')
}

/**
 * Compiles `$(headers.x)`, `$(query_params.x)` and `$(uri_captures.x)`; a value that is missing is empty. Header names
 * have `_` for `-`. Control characters are left out: a value must not end a header.
 */
export function compileTemplate(text: string): Template {
  const parts = partsOf(text)
  if (parts.length === 1 && typeof parts[0] === 'string') {
    const [fixed] = parts
    return () => fixed
  }
  return (exchange) => parts.map((part) => (typeof part === 'string' ? part : part(exchange))).join('')
}

function partsOf(text: string): Array<string | Template> {
  const parts: Array<string | Template> = []
  let end = 0
  for (const match of text.matchAll(placeholder)) {
    const [whole, source = '', bare, double, single] = match
    parts.push(text.slice(end, match.index), valueOf(source, bare ?? double ?? single ?? ''))
    end = match.index + whole.length
  }
  parts.push(text.slice(end))
  return parts.filter((part) => part !== '')
}

function valueOf(source: string, name: string): Template {
  if (source === 'headers') {
    const header = name.replaceAll('_', '-')
    return ({ request }) => request.headers.get(header) ?? request.headers.get(name) ?? ''
  }
  if (source === 'uri_captures') return ({ request }) => clean(request.captures[name] ?? '')
  return ({ request }) => {
    const [value] = readArguments(request.query).get(name) ?? []
    return value === undefined ? '' : clean(String(value))
  }
}

function clean(value: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must not pass
  return value.replace(/[\u0000-\u001f\u007f]/g, '')
}

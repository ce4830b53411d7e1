import type { Exchange } from '../exchange.ts'
import { Arguments } from './arguments.ts'

/** A text with the values of one request put in, as bytes: each character stands for one. */
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
  const bytes = bytesOf(text)
  if (!text.includes('$(')) return () => bytes
  return (exchange) =>
    bytes.replaceAll(placeholder, (_whole, source: string, bare?: string, double?: string, single?: string) =>
      // eslint-disable-next-line no-control-regex -- these are what must not pass
      valueOf(exchange, source, bare ?? double ?? single ?? '').replace(/[\u0000-\u001f\u007f]/g, ''),
    )
}

function valueOf({ request }: Exchange, source: string, name: string): string {
  if (source === 'headers') return request.headers.get(name.replaceAll('_', '-')) ?? request.headers.get(name) ?? ''
  if (source === 'uri_captures') return bytesOf(request.captures[name] ?? '')
  return bytesOf(String(Arguments.read(request.query).getAll(name)[0] ?? ''))
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

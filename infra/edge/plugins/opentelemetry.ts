import { z } from 'zod'
import type { Exchange } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { nextRequestId } from '../proxy/proxy-exchange.ts'
import { kongOnly, listOf, record, text } from '../declarative/fields.ts'

const onlyW3c = { error: 'the embedded edge propagates traces in the form w3c alone: run Kong' }
const formats = listOf(z.literal('w3c', onlyW3c)).min(1, onlyW3c)

const config = record({
  /** Where Kong sends spans; here nobody does. */
  traces_endpoint: text.refine((url) => URL.canParse(url), 'missing host in url'),
  ...kongOnly('connect_timeout', 'send_timeout', 'read_timeout', 'queue', 'headers', 'resource_attributes'),
  ...kongOnly('logs_endpoint', 'sampling_rate', 'sampling_strategy', 'http_response_header_for_traceid', 'header_type'),
  propagation: record({
    ...kongOnly('clear'),
    extract: formats,
    inject: formats,
    default_format: z.literal('w3c', onlyW3c),
  }),
})

/**
 * Begins a trace for each request, or goes on with the client's: a traceparent of its own for the service, and the trace's
 * id in the log. So much does Kong with its default `tracing_instrumentations=off`: no trace is sampled, the client's
 * neither, and nothing is exported.
 */
export const opentelemetry: PluginKind<z.output<typeof config>> = {
  name: 'opentelemetry',
  priority: 14,
  allowsConsumer: true,
  config,
  create: () => ({
    access({ request: { headers }, notes }) {
      const traceId = clientsTrace(headers.getAll('traceparent')) ?? nextRequestId()
      notes.set('opentelemetry', traceId)
      headers.set('traceparent', `00-${traceId}-${nextRequestId().slice(0, 16)}-00`)
      return undefined
    },
  }),
}

/** The id of the exchange's trace; undefined where the plugin did not run. */
export function traceOf({ notes }: Exchange): string | undefined {
  const traceId = notes.get('opentelemetry')
  return typeof traceId === 'string' ? traceId : undefined
}

/** Undefined where there is none, several, or one that is not valid (https://www.w3.org/TR/trace-context/). */
function clientsTrace([line, ...others]: readonly string[]): string | undefined {
  if (line === undefined || others.length > 0) return undefined
  const [, traceId, parentId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/i.exec(line) ?? []
  return traceId && parentId && !isZero(traceId) && !isZero(parentId) ? traceId.toLowerCase() : undefined
}

function isZero(id: string): boolean {
  return /^0+$/.test(id)
}

import { z } from 'zod'
import { kongOnly, listOf, record, text } from '../declarative/fields.ts'
import { nextRequestId } from '../exchange.ts'
import { pluginKind } from '../plugin.ts'

const onlyW3c = { error: 'the embedded edge propagates traces in the form w3c alone: run Kong' }
const format = z.literal('w3c', onlyW3c)
const formats = listOf(format).min(1, onlyW3c)

/**
 * Begins a trace for each request, or goes on with the client's: a traceparent of its own for the service, and the trace's
 * id in the log. So much does Kong with its default `tracing_instrumentations=off`: no trace is sampled, the client's
 * neither, and nothing is exported.
 */
export const opentelemetry = pluginKind({
  name: 'opentelemetry',
  priority: 14,
  allowsConsumer: true,
  config: record({
    /** Where Kong sends spans; here nobody does. */
    traces_endpoint: text.refine((url) => URL.canParse(url), 'missing host in url'),
    propagation: record({ extract: formats, inject: formats, default_format: format, ...kongOnly('clear') }),
    ...kongOnly('connect_timeout', 'send_timeout', 'read_timeout', 'queue', 'headers', 'resource_attributes'),
    ...kongOnly('logs_endpoint', 'sampling_rate', 'sampling_strategy', 'http_response_header_for_traceid'),
    ...kongOnly('header_type'),
  }),
  create: () => ({
    access({ request: { headers }, notes }) {
      const traceId = clientsTrace(headers.getAll('traceparent')) ?? nextRequestId()
      notes.set('opentelemetry', traceId)
      headers.set('traceparent', `00-${traceId}-${nextRequestId().slice(0, 16)}-00`)
      return undefined
    },
  }),
})

/** Undefined where there is none, several, or one that is not valid (https://www.w3.org/TR/trace-context/). */
function clientsTrace([line, ...others]: readonly string[]): string | undefined {
  if (line === undefined || others.length > 0) return undefined
  const [, traceId] = /^00-(?!0+-)([0-9a-f]{32})-(?!0+-)[0-9a-f]{16}-[0-9a-f]{2}$/i.exec(line) ?? []
  return traceId?.toLowerCase()
}

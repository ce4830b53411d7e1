import type { KongSettings } from '../config.ts'
import type { KongPlugin } from '../kong-file.ts'

/** Fields of Kong's log line that can hold a credential, a code or a secret. Kong itself blanks `authorization`. */
const secretFields = [
  'request.headers.x-edge-secret',
  'request.headers.x-service-secret',
  'request.headers.proxy-authorization',
  'request.headers.apikey',
  'request.headers.x-api-key',
  'request.headers.cookie',
  'request.headers.referer',
  // Tokens, keys and codes may come in the query; the route's name says what was asked for.
  'request.querystring',
  'request.uri',
  'request.url',
  'upstream_uri',
  'response.headers.set-cookie',
  'response.headers.location',
]

/** One JSON line for each request. Kong writes down headers as they went upstream, so secrets are taken out by name. */
export function accessLog({ EDGE_ACCESS_LOG }: KongSettings): KongPlugin {
  return {
    name: 'file-log',
    config: {
      path: EDGE_ACCESS_LOG,
      reopen: true,
      custom_fields_by_lua: Object.fromEntries(secretFields.map((field) => [field, 'return nil'])),
    },
  }
}

/**
 * Begins a trace where the client brings none, so that services' logs and statements name it. Kong exports spans of its
 * own, and samples, where its `tracing_instrumentations` is on; by default it only passes the trace on.
 */
export function tracing({ EDGE_TRACES_ENDPOINT }: KongSettings): KongPlugin {
  return {
    name: 'opentelemetry',
    config: {
      traces_endpoint: EDGE_TRACES_ENDPOINT,
      propagation: { extract: ['w3c'], inject: ['w3c'], default_format: 'w3c' },
    },
  }
}

/** Kong counts nothing until it is asked to. */
export const prometheus: KongPlugin = {
  name: 'prometheus',
  config: {
    status_code_metrics: true,
    latency_metrics: true,
    bandwidth_metrics: true,
    upstream_health_metrics: true,
    per_consumer: true,
  },
}

import { z } from 'zod'

/** What telemetry reads from the environment; the names are OpenTelemetry's own. */
export const telemetrySettings = {
  /** Where spans are sent as OTLP over HTTP, `http://collector:4318`; without it there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_SERVICE_NAME: z.string().default('supergraph'),
} as const

export interface TelemetryConfig {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined
  readonly OTEL_SERVICE_NAME: string
}

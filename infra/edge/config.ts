import { fileURLToPath } from 'node:url'
import { databaseUrlSettings, portSetting, readConfig, serviceSettings } from '@movieverse/service/config.ts'
import { z } from 'zod'
import { isNetwork } from './networks.ts'

const data = new URL('../../data/', import.meta.url)

/** What the embedded edge reads from the environment. */
export const edgeSettings = z.object({
  ...serviceSettings,
  ...databaseUrlSettings,
  /** The kong.yml to run with. */
  KONG_CONFIG: z.string().default(fileURLToPath(new URL('kong.yml', data))),
  EDGE_HTTP_PORT: portSetting(8000),
  EDGE_HTTPS_PORT: portSetting(8443),
  /** The read-only admin API, for operators on this machine. */
  PORT: portSetting(8001),
  EDGE_STATUS_PORT: portSetting(8100),
  /** Peers whose X-Forwarded-* and X-Real-IP are believed: addresses and networks, with commas between. */
  EDGE_TRUSTED_IPS: z.string().default('').transform(parseNetworks),
  /** The most that the edge keeps of one request; Kong has no such limit, it writes to disk. */
  EDGE_MAX_BODY_BYTES: z.coerce.number().int().min(1024).max(1_073_741_824).default(67_108_864),
  /** Files of a certificate of one's own; without them one for localhost is made on the first start. */
  EDGE_TLS_CERTIFICATE_FILE: z.string().optional(),
  EDGE_TLS_KEY_FILE: z.string().optional(),
  /** Where the certificate of the first start is kept. */
  EDGE_DATA_FOLDER: z.string().default(fileURLToPath(new URL('edge', data))),
})

export type EdgeConfig = Readonly<z.output<typeof edgeSettings>>

/** Reads the environment. Throws a ConfigError that lists every problem. */
export function readEdgeConfig(env?: Readonly<Record<string, string | undefined>>): EdgeConfig {
  return readConfig(edgeSettings, env)
}

function parseNetworks(text: string, context: z.core.$RefinementCtx<string>): readonly string[] {
  const networks = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const wrong = networks.find((network) => !isNetwork(network))
  if (wrong === undefined) return networks
  context.addIssue({ code: 'custom', message: `'${wrong}' is no address or network (10.0.0.0/8)`, input: text })
  return z.NEVER
}

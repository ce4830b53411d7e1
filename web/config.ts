import { fileURLToPath } from 'node:url'
import {
  databaseSettings,
  databaseUrlSettings,
  jsonSetting,
  portSetting,
  readConfig,
  secretSetting,
  serviceSettings,
} from '@movieverse/service/config.ts'
import { z } from 'zod'

const developmentCertificate = fileURLToPath(new URL('../data/edge/edge.crt', import.meta.url))

const settings = z.object({
  ...serviceSettings,
  ...databaseSettings,
  ...databaseUrlSettings,
  PORT: portSetting(3000),
  /** Where the edge answers `/oauth2/authorize`; Kong does that over https only. */
  EDGE_TLS_URL: z
    .url({ protocol: /^https$/, error: 'must be an https URL, such as https://localhost:8443' })
    .default('https://localhost:8443'),
  /**
   * The certificate, or its issuer's, that the edge is checked against: by default the machine's own list in production,
   * and elsewhere the certificate that the embedded edge makes for itself.
   */
  EDGE_CA_FILE: z.string().optional(),
  /** What the edge asks of whoever says that somebody has signed in. */
  PROVISION_KEY: secretSetting('provision-key'),
  /** Signs form tokens and blinds the keys of sign-in attempts. */
  WEB_COOKIE_SECRET: secretSetting('web-cookie-secret'),
  /** How the website proves itself to the edge, as the app `website` of infra/kong/apps.json. */
  WEBSITE_CLIENT_SECRET: secretSetting('website-client-secret'),
  /** Where visitors are sent back after signing in, unless they see the site under another registered address. */
  WEBSITE_ORIGIN: z.url({ protocol: /^https?$/ }).default('https://localhost:8443'),
  /** Readiness URLs by service for the status page, as JSON; those of `pnpm start` without it. */
  STATUS_TARGETS: jsonSetting(
    z.record(z.string(), z.url({ protocol: /^https?$/ })),
    'must be a JSON object of service names and http URLs',
  ).optional(),
  /**
   * Where pictures of posters are, with `{imdbId}` in the place of the title's id at IMDb, such as
   * https://images.example.org/{imdbId}.jpg; without it every poster is drawn.
   */
  POSTER_URL: z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .refine((url) => /^https:\/\/[^/{]+\/.*\{imdbId\}/.test(url), {
      error: 'must hold {imdbId} in its path',
    })
    .optional(),
  /** Tools that the status page links to. */
  GRAPHIQL_URL: z.url({ protocol: /^https?$/ }).optional(),
  PROMETHEUS_URL: z.url({ protocol: /^https?$/ }).optional(),
  GRAFANA_URL: z.url({ protocol: /^https?$/ }).optional(),
  KONG_MANAGER_URL: z.url({ protocol: /^https?$/ }).optional(),
})

/** Settings of the web server. */
export type WebConfig = Readonly<z.output<typeof settings>>

/** Reads the environment. */
export function readWebConfig(env?: Readonly<Record<string, string | undefined>>): WebConfig {
  return readConfig(settings, env)
}

/** The certificate file that the edge is checked against, or null for the machine's own list of issuers. */
export function edgeCaFileOf({ EDGE_CA_FILE, NODE_ENV }: Pick<WebConfig, 'EDGE_CA_FILE' | 'NODE_ENV'>): string | null {
  return EDGE_CA_FILE ?? (NODE_ENV === 'production' ? null : developmentCertificate)
}

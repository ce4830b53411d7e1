import { fileURLToPath } from 'node:url'
import { regions } from '@movieverse/regions/regions.ts'
import { kongConfigFile } from './prepare-edge.ts'

/** One process of the platform: what it is called, what starts it, and where it listens. */
export interface PlatformProcess {
  readonly name: string
  /** The program's main.ts. */
  readonly entry: string
  readonly port: number
  /** Where it listens besides. */
  readonly otherPorts?: readonly number[]
  /** Where it says whether it is ready: a port and a path; `/readyz` of its own port where it is not given. */
  readonly readiness?: { readonly port: number; readonly path: string }
  /** What this process needs in its environment besides everybody's. */
  readonly environment: Readonly<Record<string, string>>
}

/** The edge's listeners, as `pnpm start` opens them. */
export const edgePorts = { http: 8000, https: 8443, admin: 8001, status: 8100 } as const

/** Every process of the platform in the order in which `pnpm start` prints them. */
export function platformProcesses(): PlatformProcess[] {
  return [
    edge,
    ...serviceProcesses(),
    { name: 'web', entry: entryOf('web'), port: 3000, environment: { PORT: '3000' } },
  ]
}

/** What the website brings, unless the environment says otherwise: documents to trust, and links to tools. */
export const websiteSettings: Readonly<Record<string, string>> = {
  TRUSTED_DOCUMENTS_FILE: fileURLToPath(
    new URL('../../web/site/api/generated/trusted-documents.json', import.meta.url),
  ),
  GRAPHIQL_URL: `https://localhost:${edgePorts.https}/graphiql/`,
}

/** The GraphQL services alone. */
export function serviceProcesses(): PlatformProcess[] {
  return [
    { name: 'supergraph', entry: entryOf('supergraph'), port: 4000, environment: { PORT: '4000' } },
    ...regions.map(({ slug, code, port }) => ({
      name: slug,
      entry: entryOf('subgraphs/region'),
      port,
      environment: { REGION: code, PORT: String(port) },
    })),
    { name: 'catalog', entry: entryOf('subgraphs/catalog'), port: 8060, environment: { PORT: '8060' } },
    { name: 'viewers', entry: entryOf('subgraphs/viewers'), port: 8061, environment: { PORT: '8061' } },
    {
      name: 'recommendations',
      entry: entryOf('subgraphs/recommendations'),
      port: 8062,
      environment: { PORT: '8062' },
    },
  ]
}

const edge: PlatformProcess = {
  name: 'edge',
  entry: entryOf('infra/edge'),
  port: edgePorts.http,
  otherPorts: [edgePorts.https, edgePorts.admin, edgePorts.status],
  readiness: { port: edgePorts.status, path: '/status/ready' },
  environment: {
    KONG_CONFIG: kongConfigFile,
    EDGE_HTTP_PORT: String(edgePorts.http),
    EDGE_HTTPS_PORT: String(edgePorts.https),
    PORT: String(edgePorts.admin),
    EDGE_STATUS_PORT: String(edgePorts.status),
  },
}

/** Every port on which a process listens. */
export function portsOf({ port, otherPorts = [] }: PlatformProcess): readonly number[] {
  return [port, ...otherPorts]
}

function entryOf(folder: string): string {
  return fileURLToPath(new URL(`../../${folder}/main.ts`, import.meta.url))
}

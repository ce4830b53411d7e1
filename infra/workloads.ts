import { regions } from '@movieverse/regions/regions.ts'
import { databaseUsers, type DatabaseUser } from '@movieverse/service/database-rights.ts'

/** One of our services as a container: what compose and Kubernetes are written from. */
export interface Workload {
  readonly name: string
  /** The program, from the image's working directory. */
  readonly entry: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
  /** Settings whose values are secrets, by name. */
  readonly secrets: readonly string[]
  /** The MySQL user that it connects as; undefined where it has no database. */
  readonly databaseUser: DatabaseUser | undefined
  /** What it opens connections to: names of workloads, `mysql`, `kong`. */
  readonly calls: readonly string[]
  /** Whether the edge sends requests to it. */
  readonly isPublic: boolean
  /** Replicas: at least, and at most under load. */
  readonly replicas: { readonly min: number; readonly max: number }
}

/** Settings that every service shares. */
export const sharedSettings: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  HOST: '0.0.0.0',
  LOG_LEVEL: 'info',
}

/** Kong's certificate and who issued it: the files tls.crt, tls.key and ca.crt of a secret, and where they are put. */
export const edgeCertificate = { secret: 'kong-certificate', folder: '/etc/movieverse/edge' } as const

/** Every service of ours, the regions from subgraphs/regions.json among them. */
export function workloads(): Workload[] {
  const subgraphs = [...regions.map(regionWorkload), catalog, viewers, recommendations]
  return [supergraph(subgraphs), ...subgraphs, web]
}

const serviceSecrets = ['EDGE_SECRET', 'SERVICE_SECRET']

function supergraph(subgraphs: readonly Workload[]): Workload {
  const urls = subgraphs.map(({ name, port }) => [name, `http://${name}:${port}/graphql`])
  return {
    name: 'supergraph',
    entry: 'supergraph/main.ts',
    port: 4000,
    environment: { PORT: '4000', SUBGRAPH_URLS: JSON.stringify(Object.fromEntries(urls)) },
    secrets: serviceSecrets,
    databaseUser: undefined,
    calls: subgraphs.map(({ name }) => name),
    isPublic: true,
    replicas: { min: 3, max: 12 },
  }
}

function regionWorkload({ slug, code, port }: (typeof regions)[number]): Workload {
  return {
    name: slug,
    entry: 'subgraphs/region/main.ts',
    port,
    environment: { PORT: String(port), REGION: code },
    secrets: serviceSecrets,
    databaseUser: 'movieverse_region',
    calls: ['mysql'],
    isPublic: true,
    replicas: { min: 2, max: 6 },
  }
}

const catalog: Workload = {
  name: 'catalog',
  entry: 'subgraphs/catalog/main.ts',
  port: 8060,
  environment: { PORT: '8060' },
  secrets: serviceSecrets,
  databaseUser: 'movieverse_catalog',
  calls: ['mysql'],
  isPublic: false,
  replicas: { min: 2, max: 6 },
}

const viewers: Workload = {
  name: 'viewers',
  entry: 'subgraphs/viewers/main.ts',
  port: 8061,
  environment: { PORT: '8061' },
  secrets: [...serviceSecrets, 'ERASURE_SECRET'],
  databaseUser: 'movieverse_viewers',
  calls: ['mysql'],
  isPublic: false,
  replicas: { min: 2, max: 6 },
}

const recommendations: Workload = {
  name: 'recommendations',
  entry: 'subgraphs/recommendations/main.ts',
  port: 8062,
  environment: { PORT: '8062' },
  secrets: serviceSecrets,
  databaseUser: 'movieverse_recommendations',
  calls: ['mysql'],
  isPublic: false,
  replicas: { min: 2, max: 6 },
}

/** Besides its pages it asks the edge for codes and tokens, and checks whom it talks to. */
const web: Workload = {
  name: 'web',
  entry: 'web/main.ts',
  port: 3000,
  environment: { PORT: '3000', EDGE_TLS_URL: 'https://kong', EDGE_CA_FILE: `${edgeCertificate.folder}/ca.crt` },
  secrets: [...serviceSecrets, 'PROVISION_KEY', 'WEB_COOKIE_SECRET', 'WEBSITE_CLIENT_SECRET'],
  databaseUser: 'movieverse_web',
  calls: ['mysql', 'kong'],
  isPublic: true,
  replicas: { min: 2, max: 6 },
}

/** Where the password of a MySQL user stands in the environment: `REGION_DATABASE_PASSWORD`. */
export function passwordSetting(user: DatabaseUser): string {
  return `${user.replace('movieverse_', '').toUpperCase()}_DATABASE_PASSWORD`
}

/** Every secret of the platform by its setting's name, sorted. */
export function platformSecrets(): string[] {
  const named = workloads().flatMap(({ secrets }) => secrets)
  return [
    ...new Set([...named, ...databaseUsers.map(passwordSetting), 'MYSQL_ROOT_PASSWORD', 'KONG_PG_PASSWORD']),
  ].toSorted()
}

import type { DatabaseUser } from '@movieverse/service/database-rights.ts'
import { databaseUsers } from '@movieverse/service/database-rights.ts'
import { imageOf } from '../../images.ts'
import { edgeCertificate, passwordSetting, sharedSettings, workloads, type Workload } from '../../workloads.ts'
import { limited, secretOf, type ComposeService } from '../compose-file.ts'

/** The image is made here, once: what it is called and where it comes from is the same for every service. */
const ours = {
  image: imageOf('movieverse'),
  build: { context: '../..', dockerfile: 'infra/images/Dockerfile', args: { NODE_IMAGE: imageOf('node') } },
  pull_policy: 'build',
} as const

/** Every service of ours by name, in the order in which they are listed. */
export function ourServices(): Record<string, ComposeService> {
  return Object.fromEntries(workloads().map((workload) => [workload.name, serviceOf(workload)]))
}

function serviceOf({ entry, environment, secrets, databaseUser, calls }: Workload): ComposeService {
  const callsEdge = calls.includes('kong')
  return {
    ...ours,
    depends_on: waitsFor(calls),
    command: [entry],
    environment: {
      ...sharedSettings,
      ...environment,
      ...(callsEdge && { EDGE_TLS_URL: 'https://kong:8443' }),
      ...Object.fromEntries(secrets.map((name) => [name, secretOf(name)])),
      ...(databaseUser && { DATABASE_URL: databaseUrlAs(databaseUser) }),
    },
    ...(callsEdge && { volumes: [`../../data/compose/ca.crt:${edgeCertificate.folder}/ca.crt:ro`] }),
    tmpfs: ['/tmp:mode=1777'],
    networks: ['movieverse', ...(databaseUser ? ['database'] : [])],
    // Longer than DRAIN_DELAY_MS and SHUTDOWN_TIMEOUT_MS together. The image says how its health is asked.
    stop_grace_period: '30s',
    restart: 'unless-stopped',
    deploy: limited('1', '512M'),
  }
}

/** Tables before who reads them, and subgraphs before the supergraph; the edge is asked only when somebody signs in. */
function waitsFor(calls: readonly string[]): NonNullable<ComposeService['depends_on']> {
  const conditions = calls.flatMap((name) => {
    if (name === 'kong') return []
    return [name === 'mysql' ? (['database-seed', done] as const) : ([name, healthy] as const)]
  })
  return Object.fromEntries(conditions.toSorted(([one], [other]) => one.localeCompare(other)))
}

const healthy = { condition: 'service_healthy' } as const
const done = { condition: 'service_completed_successfully' } as const

/** Creates the database and its users, migrates, and seeds, one after the other; each may be run again at any time. */
export function databaseJobs(): Record<string, ComposeService> {
  const passwords = Object.fromEntries(
    databaseUsers.map((user) => [passwordSetting(user), secretOf(passwordSetting(user))]),
  )
  const asRoot = `mysql://root:${secretOf('MYSQL_ROOT_PASSWORD')}@mysql:3306/movieverse`
  const asMigrator = { DATABASE_URL: databaseUrlAs('movieverse_migrator') }
  return {
    'database-create': job('create', { mysql: healthy }, { ...passwords, DATABASE_URL: asRoot }),
    'database-migrate': job('migrate', { 'database-create': done }, asMigrator),
    'database-seed': job('seed', { 'database-migrate': done }, asMigrator),
  }
}

function job(
  step: string,
  depends_on: NonNullable<ComposeService['depends_on']>,
  environment: Readonly<Record<string, string>>,
): ComposeService {
  return {
    ...ours,
    depends_on,
    command: [`scripts/db/${step}.ts`],
    environment: { NODE_ENV: 'production', ...environment },
    tmpfs: ['/tmp:mode=1777'],
    networks: ['database'],
    // A command knows nothing of signals, which process 1 has to.
    init: true,
    healthcheck: { disable: true },
    restart: 'on-failure',
    deploy: limited('1', '512M'),
  }
}

function databaseUrlAs(user: DatabaseUser): string {
  return `mysql://${user}:${secretOf(passwordSetting(user))}@mysql:3306/movieverse`
}

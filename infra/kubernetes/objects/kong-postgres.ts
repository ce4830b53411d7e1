import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts'
import type { Container, Service } from 'kubernetes-types/core/v1.d.ts'
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts'
import { imageOf } from '../../images.ts'
import { labelsOf, metadataOf, selectorOf } from './labels.ts'
import { pods } from './network-policies.ts'
import { accountOf, contextOf, podOf, secretSetting } from './pods.ts'

/** Postgres' own user in its image. */
const postgresUser = 999

const resources = {
  requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '256Mi' },
}

/** Kong's database: who its tokens and codes belong to. */
export function postgresObjects(): object[] {
  const set: StatefulSet = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf('kong-postgres'),
    spec: {
      serviceName: 'kong-postgres',
      replicas: 1,
      selector: { matchLabels: selectorOf('kong-postgres') },
      template: {
        metadata: { labels: labelsOf('kong-postgres') },
        spec: podOf('kong-postgres', [postgresContainer()], {
          securityContext: contextOf(postgresUser),
          terminationGracePeriodSeconds: 60,
          volumes: [{ name: 'run', emptyDir: { sizeLimit: '16Mi' } }],
        }),
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
        },
      ],
    },
  }
  const address: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf('kong-postgres'),
    spec: { clusterIP: 'None', selector: selectorOf('kong-postgres'), ports: [{ name: 'postgres', port: 5432 }] },
  }
  const closed: NetworkPolicy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf('kong-postgres'),
    spec: {
      podSelector: { matchLabels: selectorOf('kong-postgres') },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [pods('kong')], ports: [{ port: 5432 }] }],
      egress: [],
    },
  }
  return [accountOf('kong-postgres'), set, address, closed]
}

function postgresContainer(): Container {
  const isReady = { exec: { command: ['pg_isready', '-U', 'kong', '-d', 'kong'] } }
  return {
    name: 'postgres',
    image: imageOf('postgres'),
    ports: [{ name: 'postgres', containerPort: 5432 }],
    env: [
      { name: 'POSTGRES_USER', value: 'kong' },
      { name: 'POSTGRES_DB', value: 'kong' },
      { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
      secretSetting('POSTGRES_PASSWORD', 'KONG_PG_PASSWORD'),
    ],
    volumeMounts: [
      { name: 'data', mountPath: '/var/lib/postgresql/data' },
      { name: 'run', mountPath: '/var/run/postgresql' },
    ],
    startupProbe: { ...isReady, periodSeconds: 2, failureThreshold: 60, timeoutSeconds: 3 },
    readinessProbe: { ...isReady, periodSeconds: 5, timeoutSeconds: 3 },
    livenessProbe: { ...isReady, periodSeconds: 30, timeoutSeconds: 5 },
    resources,
  }
}

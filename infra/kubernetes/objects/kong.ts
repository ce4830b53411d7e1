import type { Deployment } from 'kubernetes-types/apps/v1.d.ts'
import type { Job } from 'kubernetes-types/batch/v1.d.ts'
import type { Container, EnvVar, Service } from 'kubernetes-types/core/v1.d.ts'
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts'
import { imageOf } from '../../images.ts'
import { edgeCertificate } from '../../workloads.ts'
import { labelsOf, metadataOf, selectorOf } from './labels.ts'
import { postgresObjects } from './kong-postgres.ts'
import { pods } from './network-policies.ts'
import { accountOf, podOf, secretSetting } from './pods.ts'

const resources = {
  requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '256Mi' },
}

/** Kong keeps tokens and codes in Postgres: its oauth2 plugin needs a database. */
const settings: EnvVar[] = [
  { name: 'KONG_DATABASE', value: 'postgres' },
  { name: 'KONG_PG_HOST', value: 'kong-postgres' },
  { name: 'KONG_PG_USER', value: 'kong' },
  { name: 'KONG_PG_DATABASE', value: 'kong' },
  secretSetting('KONG_PG_PASSWORD'),
]

/** Kong with its Postgres, the job that prepares the database, and the one that imports kong.yml. */
export function kongObjects(callees: readonly string[]): object[] {
  return [...postgresObjects(), accountOf('kong'), setup(), gateway(), ...addresses(), budget(), policy(callees)]
}

function setupStep(name: string, command: string): Container {
  return {
    name,
    image: imageOf('kong'),
    command: ['sh', '-ec', command],
    env: [...settings, { name: 'KONG_PREFIX', value: '/tmp/kong' }],
    resources,
  }
}

/** Bootstraps or migrates Kong's schema, then imports the rendered kong.yml, which holds secrets and so is one. */
function setup(): Job {
  const file = { name: 'config', mountPath: '/etc/movieverse', readOnly: true }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf('kong', 'kong-setup'),
    spec: {
      backoffLimit: 10,
      ttlSecondsAfterFinished: 3600,
      template: {
        metadata: { labels: labelsOf('kong') },
        spec: podOf(
          'kong',
          [{ ...setupStep('import', 'kong config db_import /etc/movieverse/kong.yml'), volumeMounts: [file] }],
          {
            restartPolicy: 'OnFailure',
            initContainers: [
              setupStep('migrate', 'kong migrations bootstrap || (kong migrations up && kong migrations finish)'),
            ],
            volumes: [{ name: 'config', secret: { secretName: 'kong-config' } }],
          },
        ),
      },
    },
  }
}

/** Of infra/kong/nginx: what Kong's own nginx is told beside kong.yml. */
export const kongNginxConfigMap = 'kong-nginx'
const guardFolder = '/etc/movieverse/nginx'

const listeners: EnvVar[] = [
  { name: 'KONG_PREFIX', value: '/tmp/kong' },
  { name: 'KONG_SSL_CERT', value: `${edgeCertificate.folder}/tls.crt` },
  { name: 'KONG_SSL_CERT_KEY', value: `${edgeCertificate.folder}/tls.key` },
  { name: 'KONG_PROXY_LISTEN', value: '0.0.0.0:8000, 0.0.0.0:8443 ssl' },
  // Reached through a port-forward only: no Service leads here.
  { name: 'KONG_ADMIN_LISTEN', value: '127.0.0.1:8001' },
  { name: 'KONG_ADMIN_GUI_LISTEN', value: '127.0.0.1:8002' },
  { name: 'KONG_STATUS_LISTEN', value: '0.0.0.0:8100' },
  // nginx' own access log holds queries, and with them tokens and keys; the file-log plugin writes lines without.
  { name: 'KONG_PROXY_ACCESS_LOG', value: 'off' },
  { name: 'KONG_PROXY_ERROR_LOG', value: '/dev/stderr' },
  { name: 'KONG_NGINX_PROXY_INCLUDE', value: `${guardFolder}/connection-guard.conf` },
  // Less than a service that stops keeps connections: see packages/service/brief-idling.ts.
  { name: 'KONG_UPSTREAM_KEEPALIVE_IDLE_TIMEOUT', value: '1' },
]

function gateway(): Deployment {
  const container: Container = {
    name: 'kong',
    image: imageOf('kong'),
    env: [...settings, ...listeners],
    volumeMounts: [
      { name: 'edge', mountPath: edgeCertificate.folder, readOnly: true },
      { name: 'nginx', mountPath: guardFolder, readOnly: true },
    ],
    ports: [
      { name: 'http', containerPort: 8000 },
      { name: 'https', containerPort: 8443 },
      { name: 'status', containerPort: 8100 },
    ],
    // Kong ends what it has begun when it is told to quit, and drops it when it is told to terminate.
    lifecycle: { preStop: { exec: { command: ['kong', 'quit', '--wait=5', '--timeout=20'] } } },
    startupProbe: { httpGet: { path: '/status', port: 'status' }, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { httpGet: { path: '/status/ready', port: 'status' }, periodSeconds: 2, timeoutSeconds: 2 },
    livenessProbe: { httpGet: { path: '/status', port: 'status' }, periodSeconds: 10, timeoutSeconds: 5 },
    resources,
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf('kong'),
    spec: {
      selector: { matchLabels: selectorOf('kong') },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: labelsOf('kong') },
        spec: podOf('kong', [container], {
          terminationGracePeriodSeconds: 45,
          volumes: [
            { name: 'edge', secret: { secretName: edgeCertificate.secret } },
            { name: 'nginx', configMap: { name: kongNginxConfigMap } },
          ],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: selectorOf('kong') },
            },
          ],
        }),
      },
    },
  }
}

function addresses(): Service[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadataOf('kong'),
      spec: {
        type: 'LoadBalancer',
        // The client's own address reaches Kong, for limits per address.
        externalTrafficPolicy: 'Local',
        selector: selectorOf('kong'),
        ports: [
          { name: 'http', port: 80, targetPort: 'http' },
          { name: 'https', port: 443, targetPort: 'https' },
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadataOf('kong', 'kong-pods'),
      spec: {
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: selectorOf('kong'),
        ports: [{ name: 'metrics', port: 8100, targetPort: 'status' }],
      },
    },
  ]
}

function budget(): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf('kong'),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf('kong') } },
  }
}

/** The one that anybody may call. */
function policy(callees: readonly string[]): NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf('kong'),
    spec: {
      podSelector: { matchLabels: selectorOf('kong') },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ port: 8000 }, { port: 8443 }] }, { from: [pods('prometheus')], ports: [{ port: 8100 }] }],
      egress: [{ to: [...callees, 'kong-postgres'].map(pods) }],
    },
  }
}

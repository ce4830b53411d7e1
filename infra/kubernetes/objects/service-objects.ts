import type { Deployment } from 'kubernetes-types/apps/v1.d.ts'
import type { Container, EnvVar, Service, Volume } from 'kubernetes-types/core/v1.d.ts'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts'
import { imageOf } from '../../images.ts'
import { edgeCertificate, type Workload } from '../../workloads.ts'
import { urlAs } from './database-job.ts'
import { labelsOf, metadataOf, selectorOf, usesMysql } from './labels.ts'
import { policyOf } from './network-policies.ts'
import { accountOf, podOf, secretSetting } from './pods.ts'

/** Every object of one of our services. */
export function serviceObjects(workload: Workload, callers: readonly string[]): object[] {
  return [
    accountOf(workload.name),
    deploymentOf(workload),
    addressOf(workload),
    podsOf(workload),
    budgetOf(workload),
    policyOf(workload, callers),
  ]
}

function deploymentOf(workload: Workload): Deployment {
  const { name } = workload
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(name),
    spec: {
      // No number of replicas: that is the autoscaler's, and would be set back by every `kubectl apply`.
      revisionHistoryLimit: 5,
      selector: { matchLabels: selectorOf(name) },
      // A new pod is ready before an old one goes.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: podLabelsOf(workload) },
        spec: podOf(name, [containerOf(workload)], {
          volumes: certificateVolumes(workload),
          // Longer than DRAIN_DELAY_MS and SHUTDOWN_TIMEOUT_MS together.
          terminationGracePeriodSeconds: 30,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: selectorOf(name) },
            },
          ],
        }),
      },
    },
  }
}

/** Besides its name: whether it uses MySQL, which decides what it may reach outside the cluster. */
function podLabelsOf({ name, databaseUser }: Workload): Record<string, string> {
  return { ...labelsOf(name), ...(databaseUser && usesMysql) }
}

/** Of Kong's certificate only what is needed to check it, not its key. */
function certificateVolumes({ calls }: Workload): Volume[] {
  if (!calls.includes('kong')) return []
  const items = [{ key: 'ca.crt', path: 'ca.crt' }]
  return [{ name: 'edge', secret: { secretName: edgeCertificate.secret, items } }]
}

function probe(path: string): { httpGet: { path: string; port: string }; timeoutSeconds: number } {
  return { httpGet: { path, port: 'http' }, timeoutSeconds: 2 }
}

function containerOf({ name, entry, port, environment, secrets, databaseUser, calls }: Workload): Container {
  const settings: EnvVar[] = Object.entries(environment).map(([key, value]) => ({ name: key, value }))
  return {
    name,
    image: imageOf('movieverse'),
    imagePullPolicy: 'IfNotPresent',
    args: [entry],
    envFrom: [{ configMapRef: { name: 'movieverse-settings' } }],
    ports: [{ name: 'http', containerPort: port }],
    env: [...settings, ...secrets.map((secret) => secretSetting(secret)), ...(databaseUser ? urlAs(databaseUser) : [])],
    volumeMounts: calls.includes('kong') ? [{ name: 'edge', mountPath: edgeCertificate.folder, readOnly: true }] : [],
    // Not /readyz: a pod that starts while the database is away would be ended again and again, and come back late.
    startupProbe: { ...probe('/livez'), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 2, failureThreshold: 1 },
    livenessProbe: { ...probe('/livez'), periodSeconds: 10, failureThreshold: 3 },
    resources: {
      requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '128Mi' },
    },
  }
}

function addressOf({ name, port }: Workload): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(name),
    spec: { selector: selectorOf(name), ports: [{ name: 'http', port, targetPort: 'http' }] },
  }
}

/** The address of every pod by itself, for Prometheus, ready or not. */
function podsOf({ name, port }: Workload): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(name, `${name}-pods`),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: selectorOf(name),
      ports: [{ name: 'metrics', port, targetPort: 'http' }],
    },
  }
}

function budgetOf({ name }: Workload): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(name),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(name) } },
  }
}

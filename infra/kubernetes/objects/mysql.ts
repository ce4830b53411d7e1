import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts'
import type { Service } from 'kubernetes-types/core/v1.d.ts'
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts'
import { imageOf } from '../../images.ts'
import { labelsOf, metadataOf, selectorOf } from './labels.ts'
import { pods } from './network-policies.ts'
import { accountOf, contextOf, podOf, secretSetting } from './pods.ts'

/** MySQL's own user in its image. */
const user = 999
const name = 'mysql'

/** A MySQL in the cluster, for a local one; production names a server that somebody operates. */
export function mysqlObjects(): object[] {
  const address: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(name),
    spec: { clusterIP: 'None', selector: selectorOf(name), ports: [{ name: 'mysql', port: 3306 }] },
  }
  return [accountOf(name), address, server()]
}

/** Only who connects to MySQL may. */
export function mysqlPolicy(clients: readonly string[]): NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(name),
    spec: {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: clients.map(pods),
          ports: [{ port: 3306 }],
        },
      ],
      egress: [],
    },
  }
}

function server(): StatefulSet {
  const isUp = { exec: { command: ['sh', '-c', 'mysqladmin ping -h 127.0.0.1 -uroot -p"$MYSQL_ROOT_PASSWORD"'] } }
  const pod = podOf(
    name,
    [
      {
        name,
        image: imageOf('mysql'),
        args: ['--character-set-server=utf8mb4', '--collation-server=utf8mb4_unicode_520_ci'],
        ports: [{ name, containerPort: 3306 }],
        env: [secretSetting('MYSQL_ROOT_PASSWORD')],
        volumeMounts: [
          { name: 'data', mountPath: '/var/lib/mysql' },
          { name: 'run', mountPath: '/var/run/mysqld' },
        ],
        startupProbe: { ...isUp, periodSeconds: 2, failureThreshold: 60, timeoutSeconds: 3 },
        readinessProbe: { ...isUp, periodSeconds: 5, timeoutSeconds: 3 },
        livenessProbe: { ...isUp, periodSeconds: 30, timeoutSeconds: 10 },
        resources: {
          requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '128Mi' },
          limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '512Mi' },
        },
      },
    ],
    {
      securityContext: contextOf(user),
      terminationGracePeriodSeconds: 120,
      volumes: [{ name: 'run', emptyDir: { sizeLimit: '16Mi' } }],
    },
  )
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(name),
    spec: {
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: selectorOf(name) },
      template: {
        metadata: { labels: labelsOf(name) },
        spec: pod,
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
        },
      ],
    },
  }
}

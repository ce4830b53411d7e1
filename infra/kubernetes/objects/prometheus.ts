import type { Deployment } from 'kubernetes-types/apps/v1.d.ts'
import type { Service } from 'kubernetes-types/core/v1.d.ts'
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts'
import { imageOf } from '../../images.ts'
import { labelsOf, metadataOf, selectorOf } from './labels.ts'
import { accountOf, podOf } from './pods.ts'

const name = 'prometheus'

/** A Prometheus beside the platform, for clusters without an operator of their own. It reads nothing of the cluster's API. */
export function prometheusObjects(targets: readonly string[]): object[] {
  const address: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(name),
    spec: { selector: selectorOf(name), ports: [{ name: 'http', port: 9090, targetPort: 'http' }] },
  }
  const policy: NetworkPolicy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(name),
    spec: {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: { matchLabels: selectorOf('grafana') } }], ports: [{ port: 9090 }] }],
      egress: [{ to: targets.map((target) => ({ podSelector: { matchLabels: selectorOf(target) } })) }],
    },
  }
  return [accountOf(name), address, policy, deployment()]
}

function deployment(): Deployment {
  const mounts = [
    { name: 'config', mountPath: '/etc/prometheus', readOnly: true },
    { name: 'rules', mountPath: '/etc/movieverse/rules', readOnly: true },
    { name: 'alerts', mountPath: '/etc/movieverse/alerts', readOnly: true },
    { name: 'data', mountPath: '/prometheus' },
  ]
  const pod = podOf(
    name,
    [
      {
        name,
        image: imageOf('prometheus'),
        args: [
          '--config.file=/etc/movieverse/prometheus.yaml',
          '--storage.tsdb.path=/prometheus',
          '--storage.tsdb.retention.time=15d',
        ],
        ports: [{ name: 'http', containerPort: 9090 }],
        volumeMounts: mounts.map((mount) =>
          mount.name === 'config'
            ? { ...mount, mountPath: '/etc/movieverse/prometheus.yaml', subPath: 'prometheus.yaml' }
            : mount,
        ),
        // What it wrote last is read again before it answers.
        startupProbe: { httpGet: { path: '/-/healthy', port: 'http' }, periodSeconds: 5, failureThreshold: 60 },
        readinessProbe: { httpGet: { path: '/-/ready', port: 'http' }, periodSeconds: 5 },
        livenessProbe: { httpGet: { path: '/-/healthy', port: 'http' }, periodSeconds: 15 },
        resources: {
          requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '1Gi' },
          limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '4Gi' },
        },
      },
    ],
    {
      volumes: [
        { name: 'config', configMap: { name: 'prometheus-config' } },
        { name: 'rules', configMap: { name: 'prometheus-rules' } },
        { name: 'alerts', configMap: { name: 'prometheus-alerts' } },
        { name: 'data', emptyDir: { sizeLimit: '4Gi' } },
      ],
    },
  )
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(name),
    spec: {
      replicas: 1,
      selector: { matchLabels: selectorOf(name) },
      strategy: { type: 'Recreate' },
      template: { metadata: { labels: labelsOf(name) }, spec: pod },
    },
  }
}

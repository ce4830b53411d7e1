import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1.d.ts'
import type { Workload } from '../../workloads.ts'
import { metadataOf, namespace, selectorOf } from './labels.ts'

const dns: NetworkPolicyPort[] = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
]

/** The pods of a workload, as the other end of a connection. */
export function pods(name: string): NetworkPolicyPeer {
  return { podSelector: { matchLabels: selectorOf(name) } }
}

/** Nobody talks to anybody unless another policy says so; names may be looked up. */
export function denyByDefault(): NetworkPolicy[] {
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny-by-default', namespace },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'names', namespace },
      spec: {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
            ports: dns,
          },
        ],
      },
    },
  ]
}

/** Who may open connections to a workload, Prometheus included, and to whom it may. */
export function policyOf(
  { name, port, calls }: Pick<Workload, 'name' | 'port' | 'calls'>,
  callers: readonly string[],
): NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(name),
    spec: {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [...callers, 'prometheus'].map(pods), ports: [{ protocol: 'TCP', port }] }],
      egress: calls.length > 0 ? [{ to: calls.map(pods) }] : [],
    },
  }
}

/** The job that prepares the database talks to nobody else, and nobody to it. */
export function databasePolicy(): NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf('database'),
    spec: {
      podSelector: { matchLabels: selectorOf('database') },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [{ to: [pods('mysql')] }],
    },
  }
}

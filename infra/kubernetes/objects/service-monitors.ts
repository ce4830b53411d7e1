import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts'
import type { ObjectMeta } from 'kubernetes-types/meta/v1.d.ts'
import { metadataOf, selectorOf } from './labels.ts'

/** What we use of the Prometheus operator's ServiceMonitor (monitoring.coreos.com/v1). */
export interface ServiceMonitor {
  readonly apiVersion: 'monitoring.coreos.com/v1'
  readonly kind: 'ServiceMonitor'
  readonly metadata: ObjectMeta
  readonly spec: {
    readonly jobLabel: string
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly endpoints: ReadonlyArray<{ readonly port: string; readonly interval: string }>
  }
}

/** What we use of the operator's PrometheusRule: groups as Prometheus' own files have them. */
export interface PrometheusRule {
  readonly apiVersion: 'monitoring.coreos.com/v1'
  readonly kind: 'PrometheusRule'
  readonly metadata: ObjectMeta
  readonly spec: { readonly groups: readonly RuleGroup[] }
}

/** A group of rules, as in `rules/` and `alerts/` of infra/prometheus. */
export interface RuleGroup {
  readonly name: string
  readonly interval?: string
  readonly rules: ReadonlyArray<{
    readonly record?: string
    readonly alert?: string
    readonly expr: string
    readonly for?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }>
}

/** Has the cluster's Prometheus operator scrape a workload's pods. */
export function serviceMonitor(name: string): ServiceMonitor {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: metadataOf(name),
    spec: {
      jobLabel: 'app.kubernetes.io/name',
      selector: { matchLabels: selectorOf(name) },
      endpoints: [{ port: 'metrics', interval: '15s' }],
    },
  }
}

/** Has it evaluate the groups of one of our files of rules. */
export function prometheusRule(name: string, groups: readonly RuleGroup[]): PrometheusRule {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: metadataOf('prometheus', name),
    spec: { groups },
  }
}

/** Where the operator's own manifests put its Prometheus. */
const operatorNamespace = 'monitoring'

/** Lets its Prometheus, which is in a namespace of its own, reach the metrics of a workload. */
export function operatorPolicy(name: string): NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(name, `${name}-operator`),
    spec: {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': operatorNamespace } },
              podSelector: { matchLabels: selectorOf('prometheus') },
            },
          ],
          ports: [{ protocol: 'TCP', port: name === 'kong' ? 'status' : 'http' }],
        },
      ],
    },
  }
}

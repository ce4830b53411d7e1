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

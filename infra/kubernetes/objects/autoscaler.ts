import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts'
import { metadataOf } from './labels.ts'

/** How many pods a workload has: at least, and at most under load. */
export interface Replicas {
  readonly min: number
  readonly max: number
}

/** Adds pods of a workload while they keep over seven tenths of the CPU that they ask for busy. */
export function autoscaler(name: string, replicas: Replicas): HorizontalPodAutoscaler {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(name),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: replicas.min,
      maxReplicas: replicas.max,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
  }
}

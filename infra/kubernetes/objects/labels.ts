import type { ObjectMeta } from 'kubernetes-types/meta/v1.d.ts'

export const namespace = 'movieverse'

/** What selects the pods of a workload; never changed, since a Deployment's selector cannot be. */
export function selectorOf(name: string): { readonly 'app.kubernetes.io/name': string } {
  return { 'app.kubernetes.io/name': name }
}

export function labelsOf(name: string): Record<string, string> {
  return { ...selectorOf(name), 'app.kubernetes.io/part-of': 'movieverse' }
}

/** Name, namespace and labels of an object that belongs to a workload. */
export function metadataOf(workload: string, name = workload): ObjectMeta {
  return { name, namespace, labels: labelsOf(workload) }
}

/** Pods that connect to MySQL. */
export const usesMysql = { 'movieverse.dev/uses-mysql': 'true' } as const

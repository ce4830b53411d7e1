import type {
  Container,
  EnvVar,
  PodSecurityContext,
  PodSpec,
  SecurityContext,
  ServiceAccount,
  Volume,
  VolumeMount,
} from 'kubernetes-types/core/v1.d.ts'
import { metadataOf } from './labels.ts'

/** Nothing that the program does not need: no root, no writing, no capabilities. */
export const restricted: SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
}

/** The user that our image runs as. */
const user = 10_001

/** The one place where a program may write, gone with the pod. */
const scratch = {
  volume: { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
  mount: { name: 'tmp', mountPath: '/tmp' },
} satisfies {
  volume: Volume
  mount: VolumeMount
}

/** A container of ours or another's, made safe; a program that must write gets /tmp. */
export function safely(container: Container): Container {
  return { ...container, securityContext: restricted, volumeMounts: [scratch.mount, ...(container.volumeMounts ?? [])] }
}

/** The account of a workload's pods, which opens nothing. */
export function accountOf(name: string): ServiceAccount {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadataOf(name), automountServiceAccountToken: false }
}

/** Not root, but a user of its own. */
export function contextOf(userId: number): PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: userId,
    runAsGroup: userId,
    fsGroup: userId,
    seccompProfile: { type: 'RuntimeDefault' },
  }
}

/** What every pod has: its own account without a token, no root, its own user. */
export function podOf(
  serviceAccountName: string,
  containers: readonly Container[],
  more: Partial<PodSpec> = {},
): PodSpec {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: contextOf(user),
    ...more,
    containers: containers.map(safely),
    ...(more.initContainers && { initContainers: more.initContainers.map(safely) }),
    volumes: [scratch.volume, ...(more.volumes ?? [])],
  }
}

/** A setting from the platform's secret, which is known by its name only. */
export function secretSetting(name: string, key = name): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: 'movieverse-secrets', key } } }
}

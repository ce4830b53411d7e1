import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.d.ts'
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts'
import type { Job } from 'kubernetes-types/batch/v1.d.ts'
import type { ConfigMap, Secret, Service, ServiceAccount } from 'kubernetes-types/core/v1.d.ts'
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts'
import { parseAllDocuments } from 'yaml'

const run = promisify(execFile)
const typescript = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))
const infra = fileURLToPath(new URL('../../', import.meta.url))

/** The kinds that the platform is made of. */
export interface Kinds {
  readonly ConfigMap: ConfigMap
  readonly Deployment: Deployment
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler
  readonly Job: Job
  readonly NetworkPolicy: NetworkPolicy
  readonly PodDisruptionBudget: PodDisruptionBudget
  readonly Secret: Secret
  readonly Service: Service
  readonly ServiceAccount: ServiceAccount
  readonly StatefulSet: StatefulSet
}

/** An object as it is written, before anything is known of it but what it claims to be. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
}

/** Those of a kind, under the type that `typeErrorsOf` holds them against. */
export function ofKind<Kind extends keyof Kinds>(objects: readonly KubernetesObject[], kind: Kind): Array<Kinds[Kind]> {
  return objects.filter((object) => object.kind === kind) as unknown as Array<Kinds[Kind]> // `as`: by its kind
}

/** The objects of an overlay, as `kubectl kustomize` writes them, with files of secrets as a deployer has them. */
export async function renderOverlay(name: 'local' | 'production'): Promise<KubernetesObject[]> {
  const folder = await mkdtemp(join(tmpdir(), 'movieverse-kubernetes-'))
  try {
    for (const part of ['kubernetes', 'prometheus'])
      await cp(join(infra, part), join(folder, part), { recursive: true })
    const overlay = join(folder, 'kubernetes/overlays', name)
    await writeFile(join(overlay, 'secrets.env'), 'EDGE_SECRET=for-this-test-only\n')
    await writeFile(join(overlay, 'kong.yml'), '_format_version: "3.0"\n')
    for (const file of ['tls.crt', 'tls.key', 'ca.crt']) await writeFile(join(overlay, file), 'for this test only\n')
    const { stdout } = await run('kubectl', ['kustomize', overlay], { maxBuffer: 16 * 1024 * 1024 })
    return parseAllDocuments(stdout).map((document) => document.toJS())
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The module that declares the kinds of an apiVersion: one of kubernetes-types, or ours for what that does not know. */
const modules: Readonly<Record<string, string>> = {
  v1: 'kubernetes-types/core/v1.d.ts',
  'apps/v1': 'kubernetes-types/apps/v1.d.ts',
  'autoscaling/v2': 'kubernetes-types/autoscaling/v2.d.ts',
  'batch/v1': 'kubernetes-types/batch/v1.d.ts',
  'networking.k8s.io/v1': 'kubernetes-types/networking/v1.d.ts',
  'policy/v1': 'kubernetes-types/policy/v1.d.ts',
  'monitoring.coreos.com/v1': '../objects/service-monitors.ts',
}

/**
 * What TypeScript finds wrong with objects when each is held against its type: a misspelt field, a text for a number, a
 * kind or a version that there is none of.
 */
export async function typeErrorsOf(objects: readonly KubernetesObject[]): Promise<string[]> {
  const lines = objects.map((object, index) => {
    const module = modules[object.apiVersion] ?? `no module for ${object.apiVersion}`
    return `export const object${index}: import('${module}').${object.kind} = ${JSON.stringify(object)}`
  })
  // Inside the checkout, so that kubernetes-types is found.
  const folder = await mkdtemp(fileURLToPath(new URL('../checked-', import.meta.url)))
  try {
    await writeFile(join(folder, 'objects.ts'), lines.join('\n'))
    const options = { strict: true, noEmit: true, module: 'nodenext', allowImportingTsExtensions: true, types: [] }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['objects.ts'] }))
    await run(process.execPath, [typescript, '-p', folder])
    return []
  } catch (error) {
    // tsc says on stdout what is wrong; anything else is not an answer.
    if (!(error instanceof Error && 'stdout' in error && String(error.stdout).includes('error TS'))) throw error
    return String(error.stdout).trim().split('\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Namespace } from 'kubernetes-types/core/v1.d.ts'
import { parse } from 'yaml'
import { ruleFiles } from '../prometheus/scrape-configuration.ts'
import { sharedSettings, workloads } from '../workloads.ts'
import { autoscaler } from './objects/autoscaler.ts'
import { databaseJob } from './objects/database-job.ts'
import { kongNginxConfigMap, kongObjects } from './objects/kong.ts'
import { namespace } from './objects/labels.ts'
import { mysqlObjects, mysqlPolicy } from './objects/mysql.ts'
import { databasePolicy, denyByDefault } from './objects/network-policies.ts'
import { accountOf } from './objects/pods.ts'
import { prometheusObjects } from './objects/prometheus.ts'
import { operatorPolicy, prometheusRule, serviceMonitor, type PrometheusRule } from './objects/service-monitors.ts'
import { serviceObjects } from './objects/service-objects.ts'

/** What Kong sends requests to. */
const publicWorkloads = workloads().filter(({ isPublic }) => isPublic)

/** The objects of every rendered file, by its path below infra/. */
export function manifests(): Map<string, readonly object[]> {
  const all = workloads()
  const callersOf = (name: string): string[] => [
    ...all.filter(({ calls }) => calls.includes(name)).map((caller) => caller.name),
    ...(publicWorkloads.some((workload) => workload.name === name) ? ['kong'] : []),
  ]
  const usesMysql = [...all.filter(({ databaseUser }) => databaseUser).map(({ name }) => name), 'database']
  const files = new Map<string, readonly object[]>([
    ['kubernetes/base/namespace.yaml', [namespaceObject()]],
    ['kubernetes/base/network.yaml', denyByDefault()],
    ['kubernetes/base/database.yaml', [accountOf('database'), databaseJob(), databasePolicy()]],
    ['kubernetes/base/kong.yaml', kongObjects(publicWorkloads.map(({ name }) => name))],
    ...all.map(
      (workload) =>
        [`kubernetes/base/${workload.name}.yaml`, serviceObjects(workload, callersOf(workload.name))] as const,
    ),
  ])
  const resources = [...files.keys()].map((path) => path.replace('kubernetes/base/', ''))
  const measured = [...all.map(({ name }) => name), 'kong']
  files.set('kubernetes/base/kustomization.yaml', [baseKustomization(resources)])
  const scaled = [...all, { name: 'kong', replicas: { min: 2, max: 6 } }]
  files.set(
    'kubernetes/overlays/local/scaling.yaml',
    scaled.map(({ name }) => autoscaler(name, { min: 1, max: 2 })),
  )
  files.set(
    'kubernetes/overlays/production/scaling.yaml',
    scaled.map(({ name, replicas }) => autoscaler(name, replicas)),
  )
  files.set('kubernetes/overlays/local/mysql.yaml', [...mysqlObjects(), mysqlPolicy(usesMysql)])
  files.set('kubernetes/overlays/production/service-monitors.yaml', [
    ...measured.map(serviceMonitor),
    ...measured.map(operatorPolicy),
  ])
  files.set('kubernetes/overlays/production/prometheus-rules.yaml', ruleFiles().map(ruleObject))
  files.set('prometheus/deployment.yaml', prometheusObjects(measured))
  files.set('prometheus/kustomization.yaml', [prometheusKustomization()])
  return files
}

function namespaceObject(): Namespace {
  const level = { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' }
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: level } }
}

const connectionGuard = new URL('../kong/nginx/connection-guard.conf', import.meta.url)

/** The settings stand in a ConfigMap whose name holds their hash: a change of them rolls the pods. */
function baseKustomization(resources: readonly string[]): object {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources,
    configMapGenerator: [
      {
        name: 'movieverse-settings',
        literals: Object.entries(sharedSettings).map(([name, value]) => `${name}=${value}`),
      },
      {
        name: kongNginxConfigMap,
        literals: [`connection-guard.conf=${readFileSync(connectionGuard, 'utf8').replaceAll(/^#.*\n/gm, '')}`],
      },
    ],
  }
}

/** A file of infra/prometheus as the operator takes it. */
function ruleObject(path: string): PrometheusRule {
  const { groups } = parse(readFileSync(new URL(`../prometheus/${path}`, import.meta.url), 'utf8'))
  return prometheusRule(basename(path, '.yaml'), groups)
}

function rulesIn(folder: string): string[] {
  return ruleFiles().filter((path) => path.startsWith(folder))
}

function prometheusKustomization(): object {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources: ['deployment.yaml'],
    configMapGenerator: [
      { name: 'prometheus-config', files: ['prometheus.yaml=prometheus.kubernetes.yaml'] },
      { name: 'prometheus-rules', files: rulesIn('rules/') },
      { name: 'prometheus-alerts', files: rulesIn('alerts/') },
    ],
  }
}

import { readFile } from 'node:fs/promises'
import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { regions } from '@movieverse/regions/regions.ts'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { parse } from 'yaml'
import { ruleFiles } from '../prometheus/scrape-configuration.ts'
import { workloads } from '../workloads.ts'
import type { PrometheusRule, ServiceMonitor } from './objects/service-monitors.ts'
import { leftOvers, renderManifests } from './render.ts'
import { ofKind, renderOverlay, typeErrorsOf, type Kinds, type KubernetesObject } from './testing/rendered.ts'

test('every rendered file is fresh, and none is left over', async () => {
  for (const [path, text] of renderManifests()) {
    expect(await readFile(new URL(`../${path}`, import.meta.url), 'utf8'), path).toBe(text)
  }
  expect(await leftOvers()).toEqual([])
})

type Workloads = Array<Kinds['Deployment'] | Kinds['StatefulSet'] | Kinds['Job']>

function podOf({ spec }: Workloads[number]): PodSpec {
  if (!spec?.template.spec) throw new Error('a workload without pods')
  return spec.template.spec
}

function containersOf(workload: Workloads[number]): Container[] {
  const { containers, initContainers = [] } = podOf(workload)
  return [...containers, ...initContainers]
}

function isSelected(selector: Readonly<Record<string, string>> | undefined, { spec }: Workloads[number]): boolean {
  const labels = spec?.template.metadata?.labels ?? {}
  return Object.entries(selector ?? {}).every(([label, value]) => labels[label] === value)
}

const hasKubectl = inject('hasKubectl')

describe.runIf(hasKubectl).each(['local', 'production'] as const)('the %s overlay', (name) => {
  let objects: KubernetesObject[] = []
  const all = <Kind extends keyof Kinds>(kind: Kind): Array<Kinds[Kind]> => ofKind(objects, kind)
  const workloadsOf = (): Workloads => [...all('Deployment'), ...all('StatefulSet'), ...all('Job')]

  beforeAll(async () => {
    objects = await renderOverlay(name)
  })

  test('is right by the types of Kubernetes, and a misspelt field is not', async () => {
    expect(await typeErrorsOf(objects)).toEqual([])
    const changed = (kind: string, change: object): KubernetesObject[] =>
      objects.filter((object) => object.kind === kind).map((object) => ({ ...object, ...change }))
    const misspelt = [
      ...changed('HorizontalPodAutoscaler', { spec: { minReplica: 2 } }),
      ...changed('Service', { apiVersion: 'v11' }),
      ...changed('Job', { kind: 'Jobs' }),
      ...changed('ServiceMonitor', { spec: { selectors: {} } }),
      ...changed('PrometheusRule', { spec: { group: [] } }),
    ]
    const found = (await typeErrorsOf(misspelt)).join()
    for (const wrong of ['minReplica', 'v11', 'Jobs', ...(name === 'production' ? ['selectors', '"group"'] : [])])
      expect(found).toContain(wrong)
  })

  test('runs every region, on its own port', () => {
    for (const { slug, port } of regions) {
      const deployment = all('Deployment').find(({ metadata }) => metadata?.name === slug)
      expect(deployment && podOf(deployment).containers[0]?.ports?.[0]?.containerPort, slug).toBe(port)
    }
  })

  test('gives no container root, a writable root, a capability or a way to more', () => {
    for (const object of workloadsOf()) {
      const pod = podOf(object)
      expect(pod.securityContext, object.metadata?.name).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      expect(pod.securityContext?.runAsUser).toBeGreaterThan(0)
      for (const container of containersOf(object)) {
        expect(container.securityContext, container.name).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          capabilities: { drop: ['ALL'] },
        })
      }
    }
  })

  test('gives every pod an account of its own without a token', () => {
    for (const object of workloadsOf()) {
      expect(podOf(object).automountServiceAccountToken).toBe(false)
      const account = all('ServiceAccount').find(({ metadata }) => metadata?.name === podOf(object).serviceAccountName)
      expect(account, object.metadata?.name).toMatchObject({ automountServiceAccountToken: false })
    }
  })

  test('bounds every container, and names the version of its image', () => {
    for (const object of workloadsOf()) {
      for (const container of containersOf(object)) {
        for (const bound of ['cpu', 'memory', 'ephemeral-storage']) {
          expect(container.resources?.requests?.[bound], container.name).toBeTruthy()
          expect(container.resources?.limits?.[bound], container.name).toBeTruthy()
        }
        expect(container.image).toMatch(/:[^:]*\d/)
        expect(container.image).not.toMatch(/:latest$/)
      }
    }
  })

  test('asks what serves whether it is ready, and ends it only where it does not live', () => {
    for (const object of [...all('Deployment'), ...all('StatefulSet')]) {
      const [container] = podOf(object).containers
      for (const kind of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
        expect(container?.[kind], `${object.metadata?.name} ${kind}`).toBeTruthy()
      expect(container?.livenessProbe).not.toEqual(container?.readinessProbe)
      // Nobody is ended because the database is away.
      for (const kind of ['startupProbe', 'livenessProbe'] as const)
        expect(container?.[kind]?.httpGet?.path ?? '', `${object.metadata?.name} ${kind}`).not.toMatch(/ready/)
    }
  })

  test('keeps what has replicas up while a node is drained, and spreads it', () => {
    const scaled = all('HorizontalPodAutoscaler').map(({ spec }) => spec?.scaleTargetRef.name)
    for (const deployment of all('Deployment').filter(({ metadata }) => scaled.includes(metadata?.name))) {
      const budgets = all('PodDisruptionBudget').filter(({ spec }) =>
        isSelected(spec?.selector?.matchLabels, deployment),
      )
      expect(budgets, deployment.metadata?.name).toHaveLength(1)
      expect(podOf(deployment).topologySpreadConstraints).toHaveLength(1)
      expect(deployment.spec?.strategy?.rollingUpdate?.maxUnavailable).toBe(0)
    }
  })

  test('leaves the number of replicas to the autoscaler where there is one', () => {
    const scaled = all('HorizontalPodAutoscaler').map(({ spec }) => spec?.scaleTargetRef.name)
    expect(scaled.toSorted()).toEqual([...workloads().map(({ name: workload }) => workload), 'kong'].toSorted())
    for (const deployment of all('Deployment').filter(({ metadata }) => scaled.includes(metadata?.name))) {
      expect(deployment.spec?.replicas).toBeUndefined()
    }
  })

  test('denies every connection that no policy allows', () => {
    const closed = all('NetworkPolicy').find(({ metadata }) => metadata?.name === 'deny-by-default')
    expect(closed?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
    for (const object of workloadsOf()) {
      const own = all('NetworkPolicy').filter(
        ({ spec }) => spec?.podSelector.matchLabels && isSelected(spec?.podSelector.matchLabels, object),
      )
      expect(own.length, object.metadata?.name).toBeGreaterThan(0)
    }
  })

  test('lets the supergraph and the edge alone reach a region, and nobody but the supergraph the catalogue', () => {
    const callersOf = (workload: string): string[] => {
      const policy = all('NetworkPolicy').find(({ metadata }) => metadata?.name === workload)
      const peers = policy?.spec?.ingress?.[0]?.from ?? []
      return peers.map(({ podSelector }) => podSelector?.matchLabels?.['app.kubernetes.io/name'] ?? 'anybody')
    }
    for (const { slug } of regions) expect(callersOf(slug).toSorted()).toEqual(['kong', 'prometheus', 'supergraph'])
    expect(callersOf('catalog').toSorted()).toEqual(['prometheus', 'supergraph'])
  })

  test('leads every service to pods that are there', () => {
    for (const service of all('Service').filter(({ spec }) => spec?.selector)) {
      const pods = workloadsOf().filter((object) => isSelected(service.spec?.selector, object))
      expect(pods.length, service.metadata?.name).toBeGreaterThan(0)
    }
  })

  test('holds no secret', () => {
    const written = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'))
    expect(written).not.toContain('for-this-test-only')
    expect(written).not.toContain('development-')
    if (name === 'production') expect(all('Secret')).toEqual([])
  })

  test('rolls pods when a setting changes: the name of each ConfigMap holds its hash', () => {
    const maps = all('ConfigMap').map(({ metadata }) => metadata?.name)
    expect(maps.length).toBeGreaterThan(0)
    for (const map of maps) expect(map).toMatch(/-[a-z0-9]{10}$/)
  })
})

/** The operator's PrometheusRules and ServiceMonitors, under their own types. */
const ofOperator = <Kind extends ServiceMonitor | PrometheusRule>(
  objects: readonly KubernetesObject[],
  kind: Kind['kind'],
): Kind[] => objects.filter((object) => object.kind === kind) as unknown as Kind[] // `as`: by its kind

test.runIf(hasKubectl)('the operator evaluates every rule and alert, and reaches what it scrapes', async () => {
  const objects = await renderOverlay('production')
  const rules = ofOperator<PrometheusRule>(objects, 'PrometheusRule')
  const groupsOf = async (path: string): Promise<unknown[]> =>
    parse(await readFile(new URL(`../prometheus/${path}`, import.meta.url), 'utf8')).groups
  expect(rules.flatMap(({ spec }) => spec.groups)).toEqual(
    expect.arrayContaining((await Promise.all(ruleFiles().map(groupsOf))).flat()),
  )
  const policies = ofKind(objects, 'NetworkPolicy')
  for (const { metadata, spec } of ofOperator<ServiceMonitor>(objects, 'ServiceMonitor')) {
    const { name = '' } = metadata
    const scraped = ofKind(objects, 'Service').flatMap((service) =>
      service.metadata?.labels?.['app.kubernetes.io/name'] === spec.selector.matchLabels['app.kubernetes.io/name']
        ? (service.spec?.ports ?? []).filter((port) => port.name === spec.endpoints[0]?.port)
        : [],
    )
    expect(scraped, name).toHaveLength(1)
    const [ingress] = policies.find((policy) => policy.metadata?.name === `${name}-operator`)?.spec?.ingress ?? []
    expect(
      ingress?.ports?.map(({ port }) => port),
      name,
    ).toEqual([scraped[0]?.targetPort])
    expect(ingress?.from?.[0]?.namespaceSelector?.matchLabels, name).toEqual({
      'kubernetes.io/metadata.name': 'monitoring',
    })
  }
})

test.runIf(hasKubectl)('production is watched by an operator, a local cluster by a Prometheus of its own', async () => {
  const production = (await renderOverlay('production')).filter(({ kind }) => kind === 'ServiceMonitor')
  expect(production.map(({ metadata }) => metadata?.name).toSorted()).toEqual(
    [...workloads().map(({ name }) => name), 'kong'].toSorted(),
  )
  const local = await renderOverlay('local')
  expect(local.some(({ kind, metadata }) => kind === 'Deployment' && metadata?.name === 'prometheus')).toBe(true)
})

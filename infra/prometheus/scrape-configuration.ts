import { readdirSync } from 'node:fs'
import { platformProcesses } from '../../scripts/platform/processes.ts'

/** Where the platform runs, which decides how its processes are found. */
export const environments = ['local', 'compose', 'kubernetes'] as const
export type Environment = (typeof environments)[number]

/** Prometheus' configuration, as its file has it. */
export interface PrometheusConfiguration {
  readonly global: { readonly scrape_interval: string; readonly evaluation_interval: string }
  readonly rule_files: readonly string[]
  readonly alerting?: {
    readonly alertmanagers: ReadonlyArray<{
      readonly static_configs: ReadonlyArray<{ readonly targets: readonly string[] }>
    }>
  }
  readonly scrape_configs: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** Kong's status listener, and the embedded edge's. */
const edgeStatusPort = 8100

/**
 * One job per service, so that `job` says which it is; regions come from subgraphs/regions.json. On a machine all are on
 * loopback, in compose each is a host of its name, and in Kubernetes the pods of each are found by name.
 */
export function prometheusConfiguration(environment: Environment): PrometheusConfiguration {
  return {
    global: { scrape_interval: '15s', evaluation_interval: '15s' },
    rule_files: ruleFiles(),
    ...(environment === 'compose' && { alerting: alertmanagers() }),
    scrape_configs: scrapes(environment),
  }
}

/** The services that answer `/metrics`, by name and port, the edge aside. */
export function measuredServices(): Array<{ readonly name: string; readonly port: number }> {
  return platformProcesses()
    .filter(({ name }) => name !== 'edge')
    .map(({ name, port }) => ({ name, port }))
}

function alertmanagers(): NonNullable<PrometheusConfiguration['alerting']> {
  return { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] }
}

/** Every file of rules, their tests aside. */
export function ruleFiles(): string[] {
  return ['rules', 'alerts'].flatMap((folder) =>
    readdirSync(new URL(folder, import.meta.url))
      .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
      .toSorted()
      .map((name) => `${folder}/${name}`),
  )
}

function scrapes(environment: Environment): PrometheusConfiguration['scrape_configs'] {
  const edge = { name: environment === 'local' ? 'edge' : 'kong', port: edgeStatusPort }
  return [...measuredServices(), edge].map(({ name, port }) => ({
    job_name: name,
    ...discovery[environment](name, port),
  }))
}

type Discovery = (name: string, port: number) => Readonly<Record<string, unknown>>

const discovery: Readonly<Record<Environment, Discovery>> = {
  local: (_name, port) => ({ static_configs: [{ targets: [`127.0.0.1:${port}`] }] }),
  compose: (name, port) => ({ static_configs: [{ targets: [`${name}:${port}`] }] }),
  // A headless service answers with the address of every pod: that needs no right to read the cluster's API.
  kubernetes: (name, port) => ({
    dns_sd_configs: [{ names: [`${name}-pods`], type: 'A', port, refresh_interval: '10s' }],
  }),
}

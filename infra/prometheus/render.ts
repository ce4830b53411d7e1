import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { environments, prometheusConfiguration, type Environment } from './scrape-configuration.ts'

const heading =
  '# Written by `pnpm prometheus:render` from subgraphs/regions.json and the list of processes. Do not edit.\n'

/** The text of an environment's configuration file. */
export function renderPrometheus(environment: Environment): string {
  return heading + stringify(prometheusConfiguration(environment), { lineWidth: 120 })
}

/** Where it stands. */
export function prometheusFile(environment: Environment): URL {
  return new URL(`prometheus.${environment}.yaml`, import.meta.url)
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  for (const environment of environments) {
    const text = renderPrometheus(environment)
    const file = prometheusFile(environment)
    if (text === (await readFile(file, 'utf8').catch(() => ''))) continue
    if (values.check) {
      console.log(`${file.pathname} is stale: run pnpm prometheus:render`)
      process.exitCode = 1
    } else await writeFile(file, text)
  }
}

import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Dashboard } from '@grafana/schema'
import { edge } from './dashboards/edge.ts'
import { platform } from './dashboards/platform.ts'
import { supergraph } from './dashboards/supergraph.ts'

export const dashboards: readonly Dashboard[] = [platform, supergraph, edge]

/** Where a dashboard's JSON stands, from which Grafana is provisioned. */
export function dashboardFile({ uid }: Dashboard): URL {
  return new URL(`provisioned/${uid}.json`, import.meta.url)
}

export function renderDashboard(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  for (const dashboard of dashboards) {
    const file = dashboardFile(dashboard)
    const text = renderDashboard(dashboard)
    if (text === (await readFile(file, 'utf8').catch(() => ''))) continue
    if (values.check) {
      console.log(`${file.pathname} is stale: run pnpm grafana:render`)
      process.exitCode = 1
    } else await writeFile(file, text)
  }
}

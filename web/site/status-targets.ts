import { regions } from '@movieverse/regions/regions.ts'
import type { WebConfig } from '../config.ts'
import type { StatusLink } from './pages/status/status.data.ts'

/** Where each service says whether it is ready: STATUS_TARGETS, and else the ports of `pnpm start`. */
export function statusTargets({ STATUS_TARGETS, PORT }: WebConfig): ReadonlyMap<string, string> {
  if (STATUS_TARGETS) return new Map(Object.entries(STATUS_TARGETS))
  return new Map([
    ['edge', local(8100, '/status/ready')],
    ['supergraph', local(4000)],
    ...regions.map(({ slug, port }) => [slug, local(port)] as const),
    ['catalog', local(8060)],
    ['viewers', local(8061)],
    ['recommendations', local(8062)],
    ['web', local(PORT)],
  ])
}

function local(port: number, path = '/readyz'): string {
  return `http://127.0.0.1:${port}${path}`
}

/** Tools of operators, as far as they are configured. */
export function statusLinks(config: WebConfig): StatusLink[] {
  const { GRAPHIQL_URL, PROMETHEUS_URL, GRAFANA_URL, KONG_MANAGER_URL } = config
  const links = { GraphiQL: GRAPHIQL_URL, Prometheus: PROMETHEUS_URL, Grafana: GRAFANA_URL, Kong: KONG_MANAGER_URL }
  return Object.entries(links).flatMap(([name, url]) => (url === undefined ? [] : [{ name, url }]))
}

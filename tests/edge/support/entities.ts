import type { RouteEntity, ServiceEntity, UpstreamEntity } from '../../../infra/edge/declarative/entities.ts'
import { parseDeclarative } from '../../../infra/edge/declarative/read-file.ts'
import type { EdgeConfiguration } from '../../../infra/edge/declarative/entities.ts'
import { pluginKinds } from '../../../infra/edge/plugins/registry.ts'

/** A kong.yml without its first line, as the edge reads it. */
export function configurationOf(yaml: string): EdgeConfiguration {
  return parseDeclarative(`_format_version: "3.0"\n${yaml}`, pluginKinds)
}

/** The routes of a list in YAML's flow style, without a service. */
export function routesOf(...routes: readonly string[]): readonly RouteEntity[] {
  return configurationOf(`routes: [${routes.join(', ')}]`).routes
}

/** The one route of a service. */
export function serviceRoute(service: string, route: string): RouteEntity & { readonly service: ServiceEntity } {
  const [found] = configurationOf(`services: [{name: s, ${service}, routes: [{name: r, ${route}}]}]`).routes
  if (!found?.service) throw new Error('the service has no route')
  return { ...found, service: found.service }
}

/** An upstream of these fields. */
export function upstreamOf(fields: string): UpstreamEntity {
  const [found] = configurationOf(`upstreams: [{name: u.test, ${fields}}]`).upstreams
  if (!found) throw new Error('there is no upstream')
  return found
}

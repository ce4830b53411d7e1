import type { FastifyInstance } from 'fastify'
import type { Balancer } from '../balancer/balancer.ts'
import type { EdgeConfiguration } from '../declarative/entities.ts'
import { entityJson } from '../declarative/entity-json.ts'
import { pluginJson, targetJson, upstreamJson } from './entity-json.ts'
import { addStatusRoutes, type StatusParts } from './status.ts'

export interface AdminParts extends StatusParts {
  readonly configuration: EdgeConfiguration
  readonly balancer: Balancer
}

/** Kong's Admin API as far as it reads: lists, single entities by name or id, health of upstreams; no secrets. */
export function addAdminRoutes(app: FastifyInstance, parts: AdminParts): void {
  const { configuration, balancer } = parts
  const { services, routes, consumers, plugins } = configuration
  addCollection(app, 'services', services, entityJson)
  addCollection(app, 'routes', routes, entityJson)
  addCollection(app, 'consumers', consumers, entityJson)
  addCollection(app, 'plugins', plugins, pluginJson)
  addCollection(app, 'upstreams', configuration.upstreams, upstreamJson)
  for (const detail of ['health', 'targets']) {
    app.get<{ Params: { name: string } }>(`/upstreams/:name/${detail}`, async ({ params: { name } }, reply) => {
      const upstream = balancer.upstreams.find(({ entity }) => entity.name === name || entity.id === name)
      if (!upstream) return reply.code(404).send(notFound)
      return listOf(upstream.peers.map((peer) => targetJson(upstream, peer, detail === 'health')))
    })
  }
  app.get('/', async () => ({ version: '3.9.3', tagline: 'The embedded edge of MovieVerse: reads only' }))
  addStatusRoutes(app, parts)
}

const notFound = { message: 'Not found' }

interface Named {
  readonly id: string
  readonly name?: string
  readonly username?: string | undefined
}

function addCollection<Entity extends Named>(
  app: FastifyInstance,
  name: string,
  entities: readonly Entity[],
  toJson: (entity: Entity) => object,
): void {
  app.get(`/${name}`, async () => listOf(entities.map(toJson)))
  app.get<{ Params: { name: string } }>(`/${name}/:name`, async ({ params }, reply) => {
    const isAsked = (entity: Entity): boolean => [entity.id, entity.name, entity.username].includes(params.name)
    const found = entities.find(isAsked)
    return found ? toJson(found) : reply.code(404).send(notFound)
  })
}

function listOf(data: readonly object[]): { data: readonly object[]; next: null } {
  return { data, next: null }
}

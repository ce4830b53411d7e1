import type { FastifyInstance } from 'fastify'
import type { Balancer } from '../balancer/balancer.ts'
import type { Peer } from '../balancer/peer.ts'
import type { Upstream } from '../balancer/upstream.ts'
import type { EdgeConfiguration, PluginEntity } from '../declarative/entities.ts'
import { entityJson } from '../declarative/entity-json.ts'
import { entityId } from '../declarative/uuid.ts'
import { isRecord, type Fields } from '../json-fields.ts'
import { addStatusRoutes, type StatusParts } from './status.ts'

export interface AdminParts extends StatusParts {
  readonly configuration: EdgeConfiguration
  readonly balancer: Balancer
}

const notFound = { message: 'Not found' }

/** Kong's Admin API as far as it reads: lists, single entities by name or id, health of upstreams; no secrets. */
export function addAdminRoutes(app: FastifyInstance, parts: AdminParts): void {
  const { configuration, balancer } = parts
  const collections: Readonly<Record<string, readonly Fields[]>> = {
    services: configuration.services.map(entityJson),
    routes: configuration.routes.map(entityJson),
    consumers: configuration.consumers.map(entityJson),
    plugins: configuration.plugins.map(pluginJson),
    upstreams: configuration.upstreams.map(({ targets: _targets, ...upstream }) => ({
      host_header: null,
      ...upstream,
    })),
  }
  for (const [collection, entities] of Object.entries(collections)) {
    app.get(`/${collection}`, async () => listOf(entities))
    app.get<{ Params: { name: string } }>(`/${collection}/:name`, async ({ params }, reply) => {
      const found = entities.find(({ id, name, username }) => [id, name, username].includes(params.name))
      return found ?? reply.code(404).send(notFound)
    })
  }
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

function listOf(data: readonly object[]): { data: readonly object[]; next: null } {
  return { data, next: null }
}

function pluginJson(plugin: PluginEntity): Fields {
  const nowhere = { service: null, route: null, consumer: null }
  return { ...nowhere, ...entityJson(plugin), config: withoutSecrets(plugin.config) }
}

const hidden = '***'

/** A config without keys, passwords and secrets, also those that a transformer puts into a header. */
function withoutSecrets(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, name))
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutSecrets(member, key)]))
  }
  if (typeof value !== 'string') return value
  if (/(^|_)(key|secret|password|token)$/.test(name)) return hidden
  return value.replace(/^([\w-]*(?:secret|key|token|password|authorization|cookie)[\w-]*:).*/is, `$1${hidden}`)
}

function targetJson(upstream: Upstream, peer: Peer, withHealth: boolean): object {
  const { id, name } = upstream.entity
  const target = { id: entityId('targets', `${peer.target}:${name}`), target: peer.target, weight: peer.weight }
  return { ...target, upstream: { id }, ...(withHealth && { health: upstream.stateOf(peer) }) }
}

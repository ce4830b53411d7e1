import type { Peer } from '../balancer/peer.ts'
import type { Upstream } from '../balancer/upstream.ts'
import type { PluginEntity, UpstreamEntity } from '../declarative/entities.ts'
import { entityId } from '../declarative/uuid.ts'

const hidden = '***'

/** An entity's fields under Kong's names, what is missing as null, other entities by id. */
function snakeCase(entity: object): Record<string, unknown> {
  const fields = Object.entries(entity).map(([name, value]) => [snakeName(name), value ?? null])
  return Object.fromEntries(fields)
}

function snakeName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function reference(entity: { readonly id: string } | undefined): { id: string } | null {
  return entity ? { id: entity.id } : null
}

export function pluginJson({ id, name, enabled, config, service, route, consumer }: PluginEntity): object {
  const scope = { service: reference(service), route: reference(route), consumer: reference(consumer) }
  return { id, name, enabled, config: withoutSecrets(config), ...scope }
}

/** A config without keys, passwords and secrets, also those that a transformer puts into a header. */
function withoutSecrets(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, name))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutSecrets(member, key)]))
  }
  if (typeof value !== 'string') return value
  if (/(^|_)(key|secret|password|token)$/.test(name)) return hidden
  return value.replace(/^([\w-]*(?:secret|key|token|password|authorization|cookie)[\w-]*:).*/is, `$1${hidden}`)
}

export function upstreamJson({ healthchecks, targets: _targets, ...upstream }: UpstreamEntity): object {
  const { active, passive, threshold } = healthchecks
  return {
    ...snakeCase(upstream),
    healthchecks: { threshold, active: snakeCase(active), passive: snakeCase(passive) },
  }
}

export function targetJson(upstream: Upstream, peer: Peer, withHealth: boolean): object {
  const { id, name } = upstream.entity
  const target = { id: entityId('targets', `${peer.target}:${name}`), target: peer.target, weight: peer.weight }
  return { ...target, upstream: { id }, ...(withHealth && { health: upstream.stateOf(peer) }) }
}

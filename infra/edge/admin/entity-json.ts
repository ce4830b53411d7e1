import type { Peer } from '../balancer/peer.ts'
import type { Upstream } from '../balancer/upstream.ts'
import type { PluginEntity, UpstreamEntity } from '../declarative/entities.ts'
import { entityJson } from '../declarative/entity-json.ts'
import { entityId } from '../declarative/uuid.ts'

const hidden = '***'

export function pluginJson(plugin: PluginEntity): object {
  const nowhere = { service: null, route: null, consumer: null }
  return { ...nowhere, ...entityJson(plugin), config: withoutSecrets(plugin.config) }
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

export function upstreamJson({ targets: _targets, ...upstream }: UpstreamEntity): object {
  return { ...upstream, host_header: upstream.host_header ?? null }
}

export function targetJson(upstream: Upstream, peer: Peer, withHealth: boolean): object {
  const { id, name } = upstream.entity
  const target = { id: entityId('targets', `${peer.target}:${name}`), target: peer.target, weight: peer.weight }
  return { ...target, upstream: { id }, ...(withHealth && { health: upstream.stateOf(peer) }) }
}

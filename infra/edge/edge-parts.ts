import { createHash, timingSafeEqual } from 'node:crypto'
import type { EdgeConfiguration } from './declarative/entities.ts'
import type { Credentials, OAuth2Client } from './plugin.ts'

/** The credentials of kong.yml, indexed by what clients send. */
export function indexCredentials({ keys, clients, groups }: EdgeConfiguration): Credentials {
  const byKey = new Map(keys.map((entry) => [entry.key, entry]))
  const byClientId = new Map(clients.map((client) => [client.clientId, clientOf(client)]))
  const byCredentialId = new Map([...byClientId.values()].map((client) => [client.id, client]))
  const byConsumer = Map.groupBy(groups, ({ consumer }) => consumer)
  const groupsByConsumer = new Map([...byConsumer].map(([consumer, own]) => [consumer, own.map(({ group }) => group)]))
  return {
    findKey: (key) => byKey.get(key),
    findClient: (clientId) => byClientId.get(clientId),
    findClientById: (id) => byCredentialId.get(id),
    groupsOf: (consumer) => groupsByConsumer.get(consumer) ?? none,
  }
}

const none: readonly string[] = []

function clientOf({ clientSecret, ...client }: EdgeConfiguration['clients'][number]): OAuth2Client {
  const expected = digestOf(clientSecret)
  return { ...client, hasSecret: (secret) => timingSafeEqual(digestOf(secret), expected) }
}

/** Secrets of any length compare in the same time by their digests. */
function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

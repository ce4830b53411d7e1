import { createHash, timingSafeEqual } from 'node:crypto'
import type { ClientEntity, EdgeConfiguration } from './declarative/entities.ts'
import type { Credentials, OAuth2Client } from './plugin.ts'

/** The credentials of kong.yml, indexed by what clients send. */
export function indexCredentials(configuration: EdgeConfiguration): Credentials {
  const { keyauth_credentials: keys, oauth2_credentials: clients, acls: groups } = configuration
  const byKey = new Map(keys.map((entry) => [entry.key, entry]))
  const byClientId = new Map(clients.map((client) => [client.client_id, clientOf(client)]))
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

function clientOf(client: ClientEntity): OAuth2Client {
  const expected = digestOf(client.client_secret)
  const { id, name, consumer, client_id: clientId, redirect_uris: redirectUris } = client
  const isPublic = client.client_type === 'public'
  return {
    ...{ id, name, consumer, clientId, redirectUris, isPublic },
    hasSecret: (secret) => timingSafeEqual(digestOf(secret), expected),
  }
}

/** Secrets of any length compare in the same time by their digests. */
function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

import type { ClientEntity, ConsumerEntity, EdgeConfiguration, KeyEntity } from './declarative/entities.ts'

/** The consumers of kong.yml and their credentials, by what clients send. */
export interface Credentials {
  /** By id and by username (key-auth's and oauth2's `anonymous`). */
  readonly consumers: ReadonlyMap<string, ConsumerEntity>
  readonly keys: ReadonlyMap<string, KeyEntity>
  /** By client_id, and by the id of the credential, which tokens name. */
  readonly clients: ReadonlyMap<string, ClientEntity>
  readonly clientsById: ReadonlyMap<string, ClientEntity>
  /** By the id of their consumer. */
  readonly groups: ReadonlyMap<string, readonly string[]>
}

type Lists = Pick<EdgeConfiguration, 'consumers' | 'keyauth_credentials' | 'oauth2_credentials' | 'acls'>

export function indexCredentials(lists: Lists): Credentials {
  const { consumers, keyauth_credentials: keys, oauth2_credentials: clients, acls } = lists
  const groups = Map.groupBy(acls, ({ consumer }) => consumer.id)
  return {
    consumers: new Map(
      consumers.flatMap((one) => [one.id, one.username ?? one.id].map((name) => [name, one] as const)),
    ),
    keys: new Map(keys.map((one) => [one.key, one])),
    clients: new Map(clients.map((one) => [one.client_id, one])),
    clientsById: new Map(clients.map((one) => [one.id, one])),
    groups: new Map([...groups].map(([id, own]) => [id, own.map(({ group }) => group)])),
  }
}

import type { ClientEntity, ConsumerEntity, EdgeConfiguration, KeyEntity } from './declarative/entities.ts'

type Lists = Pick<EdgeConfiguration, 'consumers' | 'keyauth_credentials' | 'oauth2_credentials' | 'acls'>

const none: readonly string[] = []

/** The consumers of kong.yml and their credentials, by what clients send. */
export class Credentials {
  readonly #consumers: ReadonlyMap<string, ConsumerEntity>
  readonly #keys: ReadonlyMap<string, KeyEntity>
  readonly #clients: ReadonlyMap<string, ClientEntity>
  readonly #clientsById: ReadonlyMap<string, ClientEntity>
  readonly #groups: ReadonlyMap<string, readonly string[]>

  constructor({ consumers, keyauth_credentials: keys, oauth2_credentials: clients, acls }: Lists) {
    this.#consumers = new Map(
      consumers.flatMap((one) => [[one.id, one] as const, [one.username ?? one.id, one] as const]),
    )
    this.#keys = new Map(keys.map((one) => [one.key, one]))
    this.#clients = new Map(clients.map((one) => [one.client_id, one]))
    this.#clientsById = new Map(clients.map((one) => [one.id, one]))
    const byConsumer = Map.groupBy(acls, ({ consumer }) => consumer.id)
    this.#groups = new Map([...byConsumer].map(([id, own]) => [id, own.map(({ group }) => group)]))
  }

  /** By id or username (key-auth's and oauth2's `anonymous`). */
  findConsumer(name: string): ConsumerEntity | undefined {
    return this.#consumers.get(name)
  }

  findKey(key: string): KeyEntity | undefined {
    return this.#keys.get(key)
  }

  findClient(clientId: string): ClientEntity | undefined {
    return this.#clients.get(clientId)
  }

  /** By the id of its credential. */
  findClientById(id: string): ClientEntity | undefined {
    return this.#clientsById.get(id)
  }

  groupsOf({ id }: ConsumerEntity): readonly string[] {
    return this.#groups.get(id) ?? none
  }
}

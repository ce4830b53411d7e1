import { createHash } from 'node:crypto'

/** Kong's namespace of entity namespaces. */
const entities = 'fd02801f-0957-4a15-a55a-c8d9606f30b5'

/** The id that Kong derives for an entity of that collection with that key: equal on every start. */
export function entityId(collection: string, key: string): string {
  return uuidV5(uuidV5(entities, collection), key)
}

/** RFC 9562: a version 5 UUID of a name within a namespace, itself a UUID. */
export function uuidV5(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

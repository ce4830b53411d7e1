import { print, type FieldNode } from 'graphql'

const properties = new WeakMap<FieldNode, string>()

/**
 * The property of our result tree that holds a field: its name, whatever the client calls it, so that compiled property
 * reads find it and a client's aliases never clash with keys or with each other. A field that is given arguments may
 * have several values in one object, so its property tells them apart.
 */
export function propertyOf(node: FieldNode): string {
  const name = node.name.value
  if (!node.arguments || node.arguments.length === 0) return name
  const property = properties.get(node) ?? `${name}__${fingerprint(node.arguments.map(print).toSorted().join())}`
  properties.set(node, property)
  return property
}

/**
 * The property that holds a mutation's root field: what the client calls it, since the same mutation under two names is
 * to happen twice.
 */
export function mutationPropertyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value
}

/** A short name for a text, 53 bits of it: cyrb53 of https://github.com/bryc/code (public domain). */
function fingerprint(text: string): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
}

/** Puts an entry into a map that keeps so many: above that the one that came first makes room. */
export function setWithin<Key, Value>(map: Map<Key, Value>, most: number, key: Key, value: Value): void {
  if (map.size >= most && !map.has(key)) {
    const first = map.keys().next()
    if (!first.done) map.delete(first.value)
  }
  map.set(key, value)
}

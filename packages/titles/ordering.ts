/**
 * Puts rows back in the order of the keys that asked for them, `null` where a key found none.
 * Mercurius matches a loader's answers to its parents by position, so every loader ends here.
 */
export function inOrderOf<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Array<Row | null> {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]))
  return keys.map((key) => byKey.get(key) ?? null)
}

/** Gathers rows under the keys that asked for them, in the rows' order; an empty list where a key found none. */
export function groupInOrderOf<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Row[][] {
  const groups = Map.groupBy(rows, keyOf)
  return keys.map((key) => groups.get(key) ?? [])
}

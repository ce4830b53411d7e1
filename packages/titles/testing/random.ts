/** A repeatable source of chance: the same seed gives the same choices. */
export interface Random {
  /** From 0 up to 1. */
  next(): number
  /** A whole number from 0 up to `below`. */
  below(below: number): number
  pick<Item>(items: readonly Item[]): Item
  /** Up to `most` different items, the earlier ones of the list more likely. */
  some<Item>(items: readonly Item[], most: number): Item[]
}

/** Mulberry32 (Tommy Ettinger, 2017): 32 bits of state, enough to draw test data. */
export function createRandom(seed: number): Random {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  return {
    next,
    below,
    pick,
    some: (items, most) => {
      const count = below(most + 1)
      const drawn = Array.from({ length: count }, () => items[Math.floor(next() ** 2 * items.length)])
      return [...new Set(drawn)].filter((item) => item !== undefined)
    },
  }
}

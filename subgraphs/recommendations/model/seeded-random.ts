/** A seeded generator of numbers in [0, 1): SplitMix32, the 32-bit form of Steele, Lea and Flood (OOPSLA 2014). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

/** The same values in an order drawn with the generator (Fisher and Yates). */
export function shuffled<Value>(values: Iterable<Value>, random: () => number): Value[] {
  const result = [...values]
  for (let left = result.length; left > 1; left--) {
    const drawn = Math.floor(random() * left)
    // `as`: both places are within the list.
    ;[result[left - 1], result[drawn]] = [result[drawn] as Value, result[left - 1] as Value]
  }
  return result
}

/** A title in a list: by score, then by what decides among equals, then by its id. */
export interface Ranked {
  readonly place: number
  readonly titleId: number
  readonly score: number
  readonly tie: number
}

/** Where a page begins: what stands before is left out. */
export type RankKey = readonly [score: number, tie: number, titleId: number]

/** Below 0 where the first comes first. */
export function compareRanks(a: Omit<Ranked, 'place'>, b: Omit<Ranked, 'place'>): number {
  return b.score - a.score || b.tie - a.tie || a.titleId - b.titleId
}

/**
 * The best of a list in order, at most `count`, of those that come after the key. What may not be shown is not in the
 * list to begin with, so as many come back as there are.
 */
export function bestOf(ranked: Iterable<Ranked>, count: number, after: RankKey | null = null): Ranked[] {
  const start = after && { score: after[0], tie: after[1], titleId: after[2] }
  const best: Ranked[] = []
  for (const each of ranked) {
    if (start && compareRanks(each, start) <= 0) continue
    const last = best[count - 1]
    if (last && compareRanks(each, last) >= 0) continue
    best.splice(placeFor(best, each), 0, each)
    if (best.length > count) best.pop()
  }
  return best
}

function placeFor(sorted: readonly Ranked[], item: Ranked): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareRanks(sorted[middle]!, item) < 0) low = middle + 1
    else high = middle
  }
  return low
}

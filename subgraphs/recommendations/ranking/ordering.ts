/** A title in a list: by score, then by what decides among equals, then by its id. */
export interface Ranked {
  readonly place: number
  readonly titleId: number
  readonly score: number
  readonly tie: number
}

/** Where a page begins: what stands before is left out. */
export type RankKey = readonly [score: number, tie: number, titleId: number]

/** Titles that may be shown, not yet in order. All but `places` is by place, so that nothing is made for each title. */
export interface Choice {
  readonly places: Int32Array
  readonly titleIds: readonly number[]
  readonly scores: Float64Array
  readonly ties: Float64Array
}

/** Below 0 where the first comes first. */
export function compareRanks(a: Omit<Ranked, 'place'>, b: Omit<Ranked, 'place'>): number {
  return b.score - a.score || b.tie - a.tie || a.titleId - b.titleId
}

/**
 * The best of a choice in order, at most `count`, of those that come after the key. What may not be shown is not in the
 * choice to begin with, so as many come back as there are.
 */
export function bestOf(choice: Choice, count: number, after: RankKey | null = null): Ranked[] {
  const { places, titleIds, scores, ties } = choice
  const compare = (a: number, b: number): number =>
    scores[b]! - scores[a]! || ties[b]! - ties[a]! || titleIds[a]! - titleIds[b]!
  const isAfter = isAfterKey(choice, after)
  const best: number[] = []
  for (const place of places) {
    if (best.length === count && compare(place, best[count - 1]!) >= 0) continue
    if (!isAfter(place)) continue
    best.splice(placeFor(best, place, compare), 0, place)
    if (best.length > count) best.pop()
  }
  return best.map((place) => ({ place, titleId: titleIds[place]!, score: scores[place]!, tie: ties[place]! }))
}

/** Of a choice, what a condition holds for. */
export function onlyThose(choice: Choice, holds: (place: number) => boolean): Choice {
  return { ...choice, places: choice.places.filter(holds) }
}

const blockLength = 100

/** A choice from its best to its last; only as far as somebody reads, and no title is looked for twice. */
export function inOrder(choice: Choice): Iterable<Ranked> {
  const found: Ranked[] = []
  return {
    *[Symbol.iterator]() {
      for (let at = 0; at < choice.places.length; at++) {
        const last = found.at(-1)
        if (at === found.length)
          found.push(...bestOf(choice, blockLength, last && [last.score, last.tie, last.titleId]))
        yield found[at]!
      }
    },
  }
}

function isAfterKey({ titleIds, scores, ties }: Choice, after: RankKey | null): (place: number) => boolean {
  if (!after) return () => true
  const [score, tie, titleId] = after
  return (place) => (score - scores[place]! || tie - ties[place]! || titleIds[place]! - titleId) > 0
}

function placeFor(sorted: readonly number[], place: number, compare: (a: number, b: number) => number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(sorted[middle]!, place) < 0) low = middle + 1
    else high = middle
  }
  return low
}

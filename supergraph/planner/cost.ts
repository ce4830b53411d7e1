/** The requests that a choice leads to: for each level, from the next one on, the subgraphs that are asked in it. */
export type Cost = ReadonlyArray<ReadonlySet<string>>

export const free: Cost = []

/** Both choices together; requests to one subgraph in one level are one request. */
export function bothOf(one: Cost, other: Cost): Cost {
  if (one.length === 0) return other
  if (other.length === 0) return one
  const [long, short] = one.length >= other.length ? [one, other] : [other, one]
  return long.map((level, index) => {
    const more = short[index]
    return more === undefined || more.size === 0 ? level : new Set([...level, ...more])
  })
}

/** After what `before` costs, one request to the subgraph, and what follows from there. */
export function thenAsk(before: Cost, subgraph: string, after: Cost): Cost {
  const empty: ReadonlySet<string> = new Set()
  return bothOf(before, [...before.map(() => empty), new Set([subgraph]), ...after])
}

/** Negative where the first is cheaper: fewer levels one after the other, then fewer requests. */
export function compareCosts(one: Cost, other: Cost): number {
  return one.length - other.length || requestsOf(one) - requestsOf(other)
}

function requestsOf(cost: Cost): number {
  return cost.reduce((sum, level) => sum + level.size, 0)
}

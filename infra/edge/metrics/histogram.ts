/** Counts of values up to each bound, and their sum; the last count is of all. */
export interface Histogram {
  observe(value: number): void
  /** Cumulative, as Prometheus wants them. */
  buckets(): Array<readonly [bound: string, count: number]>
  sum(): number
  count(): number
}

/** An empty histogram over ascending bounds. */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0)
  let sum = 0
  let total = 0
  return {
    observe(value) {
      let index = 0
      while (index < bounds.length && value > (bounds[index] ?? Infinity)) index++
      counts[index] = (counts[index] ?? 0) + 1
      sum += value
      total++
    },
    buckets() {
      let cumulated = 0
      return counts.map((count, index) => {
        cumulated += count
        return [index < bounds.length ? String(bounds[index]) : '+Inf', cumulated]
      })
    },
    sum: () => sum,
    count: () => total,
  }
}

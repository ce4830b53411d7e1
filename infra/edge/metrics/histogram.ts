import type { Sample } from './exposition.ts'

/** Counts of values up to each bound, and their sum. */
export class Histogram {
  readonly #bounds: readonly number[]
  /** The last is of values above every bound. */
  readonly #counts: number[]
  #sum = 0

  constructor(ascendingBounds: readonly number[]) {
    this.#bounds = ascendingBounds
    this.#counts = [...ascendingBounds, Infinity].map(() => 0)
  }

  observe(value: number): void {
    let index = 0
    while (value > (this.#bounds[index] ?? Infinity)) index++
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#sum += value
  }

  /** Cumulative buckets, sum and count, as Prometheus wants them; nothing before the first value. */
  samples(labels: string): Sample[] {
    let total = 0
    const buckets = this.#counts.map((count, index): Sample => {
      total += count
      return [`${labels},le="${this.#bounds[index] ?? '+Inf'}"`, total, '_bucket']
    })
    return total === 0 ? [] : [...buckets, [labels, this.#sum, '_sum'], [labels, total, '_count']]
  }
}

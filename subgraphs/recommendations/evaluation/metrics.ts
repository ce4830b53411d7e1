/** How good one list is for one user, with all relevant items alike. */
export interface ListQuality {
  readonly ndcg: number
  readonly recall: number
  readonly precision: number
}

/**
 * The quality of the first `count` of a ranked list. nDCG divides by the ideal list of min(count, relevant) hits,
 * recall by all relevant items, precision by `count`. There must be a relevant item.
 */
export function qualityOf(ranked: readonly number[], relevant: ReadonlySet<number>, count: number): ListQuality {
  let gain = 0
  let hits = 0
  for (const [place, item] of ranked.slice(0, count).entries()) {
    if (!relevant.has(item)) continue
    gain += discount(place)
    hits += 1
  }
  let ideal = 0
  for (let place = 0; place < Math.min(count, relevant.size); place++) ideal += discount(place)
  return { ndcg: gain / ideal, recall: hits / relevant.size, precision: hits / count }
}

function discount(place: number): number {
  return 1 / Math.log2(place + 2)
}

/** Metrics of one model under one protocol. */
export interface Quality {
  /** By the length of the list: 10, 20. */
  readonly at: Readonly<Record<number, ListQuality>>
  /** Share of the items that at least one user gets among the first ten. */
  readonly coverage: number
  /** Mean share of the training users who know a recommended item (average recommendation popularity). */
  readonly popularityBias: number
  readonly users: number
}

/** The lengths of lists at which metrics are taken. */
export const listLengths = [10, 20] as const

/** The longest list that any metric looks at. */
export const longestList = 20

/** Sums lists up to means over users. */
export interface QualityMeter {
  add(ranked: readonly number[], relevant: ReadonlySet<number>): void
  result(): Quality
}

/** A meter for lists of this catalogue; `popularity` is how many training users know each item. */
export function createQualityMeter(popularity: Float64Array, trainingUsers: number): QualityMeter {
  const sums = new Map(listLengths.map((length) => [length, { ndcg: 0, recall: 0, precision: 0 }]))
  const covered = new Set<number>()
  let users = 0
  let known = 0
  return {
    add(ranked, relevant) {
      users += 1
      for (const [length, sum] of sums) {
        const { ndcg, recall, precision } = qualityOf(ranked, relevant, length)
        sum.ndcg += ndcg
        sum.recall += recall
        sum.precision += precision
      }
      const first = ranked.slice(0, 10)
      for (const item of first) covered.add(item)
      known += first.reduce((total, item) => total + popularity[item]!, 0) / Math.max(1, first.length)
    },
    result() {
      const mean = (sum: ListQuality): ListQuality => ({
        ndcg: sum.ndcg / Math.max(1, users),
        recall: sum.recall / Math.max(1, users),
        precision: sum.precision / Math.max(1, users),
      })
      return {
        at: Object.fromEntries([...sums].map(([length, sum]) => [length, mean(sum)])),
        coverage: covered.size / popularity.length,
        popularityBias: known / Math.max(1, users) / Math.max(1, trainingUsers),
        users,
      }
    },
  }
}

/** The mean of each metric over several runs. */
export function meanQuality(runs: readonly Quality[]): Quality {
  const mean = (of: (quality: Quality) => number): number =>
    runs.reduce((sum, run) => sum + of(run), 0) / Math.max(1, runs.length)
  const at = listLengths.map((length) => [
    length,
    {
      ndcg: mean((run) => run.at[length]?.ndcg ?? 0),
      recall: mean((run) => run.at[length]?.recall ?? 0),
      precision: mean((run) => run.at[length]?.precision ?? 0),
    },
  ])
  return {
    at: Object.fromEntries(at),
    coverage: mean(({ coverage }) => coverage),
    popularityBias: mean(({ popularityBias }) => popularityBias),
    users: Math.round(mean(({ users }) => users)),
  }
}

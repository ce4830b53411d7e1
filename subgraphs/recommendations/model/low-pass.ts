import { countByItem, lengthOf, type Interactions } from './interactions.ts'
import { seededRandom } from './seeded-random.ts'
import type { ItemWeights } from './weights.ts'

/** What is chosen by validation. */
export interface LowPassOptions {
  /** How many directions are kept. */
  readonly rank: number
}

/** Enough for scores to stay as they are: the kept directions are those that users share most. */
const rounds = 10

/**
 * The ideal low-pass filter of GF-CF (Shen et al., "How Powerful is Graph Convolution for Recommendation?", CIKM 2021):
 * Wᵢⱼ = nᵢ^-½ · (V·Vᵀ)ᵢⱼ · nⱼ^½, where V are the strongest directions of the ratings, divided by the root of both the
 * user's and the item's count. Found by subspace iteration from a seeded start.
 */
export function fitLowPass(interactions: Interactions, { rank }: LowPassOptions): ItemWeights {
  const { itemCount } = interactions
  const roots = countByItem(interactions).map((count) => Math.sqrt(Math.max(count, 1)))
  const random = seededRandom(rank)
  let directions = Float64Array.from({ length: itemCount * rank }, () => random() - 0.5)
  for (let round = 0; round < rounds; round++) {
    directions = walkOnce(interactions, roots, directions, rank)
    makeOrthonormal(directions, itemCount, rank)
  }
  return lowRankWeights(directions, roots, rank)
}

/** From items to users and back: ZᵀZ·V for the normalised ratings Z. `directions` has a row of `rank` for each item. */
function walkOnce(
  interactions: Interactions,
  roots: Float64Array,
  directions: Float64Array,
  rank: number,
): Float64Array<ArrayBuffer> {
  const { userCount, starts, items } = interactions
  const result = new Float64Array(directions.length)
  const met = new Float64Array(rank)
  for (let user = 0; user < userCount; user++) {
    met.fill(0)
    const length = lengthOf(interactions, user)
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      const [row, weight] = [items[at]! * rank, 1 / roots[items[at]!]!]
      for (let k = 0; k < rank; k++) met[k]! += weight * directions[row + k]!
    }
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      const [row, weight] = [items[at]! * rank, 1 / (length * roots[items[at]!]!)]
      for (let k = 0; k < rank; k++) result[row + k]! += weight * met[k]!
    }
  }
  return result
}

/** Gram and Schmidt on the columns, in the modified form; a column that is within those before becomes 0. */
function makeOrthonormal(values: Float64Array, rows: number, columns: number): void {
  for (let column = 0; column < columns; column++) {
    const before = Math.sqrt(product(values, rows, columns, column, column))
    for (let other = 0; other < column; other++) {
      const share = product(values, rows, columns, column, other)
      for (let at = 0; at < values.length; at += columns) values[at + column]! -= share * values[at + other]!
    }
    const length = Math.sqrt(product(values, rows, columns, column, column))
    const factor = length > 1e-10 * before ? 1 / length : 0
    for (let at = 0; at < values.length; at += columns) values[at + column]! *= factor
  }
}

function product(values: Float64Array, rows: number, columns: number, a: number, b: number): number {
  let sum = 0
  for (let at = 0; at < rows * columns; at += columns) sum += values[at + a]! * values[at + b]!
  return sum
}

function lowRankWeights(directions: Float64Array, roots: Float64Array, rank: number): ItemWeights {
  const sum = new Float64Array(rank)
  const addSum = (scores: Float64Array): void => {
    for (let item = 0; item < roots.length; item++) {
      let score = 0
      for (let k = 0, at = item * rank; k < rank; k++) score += sum[k]! * directions[at + k]!
      scores[item]! += score * roots[item]!
    }
  }
  const collect = (item: number, factor: number): void => {
    for (let k = 0, at = item * rank; k < rank; k++) sum[k]! += (factor / roots[item]!) * directions[at + k]!
  }
  return {
    itemCount: roots.length,
    addRow(item, factor, scores) {
      sum.fill(0)
      collect(item, factor)
      addSum(scores)
    },
    addRows(items, factors, scores) {
      sum.fill(0)
      for (let at = 0; at < items.length; at++) collect(items[at]!, factors[at]!)
      addSum(scores)
    },
  }
}

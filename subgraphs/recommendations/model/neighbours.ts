import { countByItem, transposed, type Interactions } from './interactions.ts'
import { strongestOfRows, type SparseRows } from './weights.ts'

/** What is chosen by validation for item-kNN. */
export interface ItemKnnOptions {
  /** Neighbours kept of each item. */
  readonly neighbours: number
  /** Pulls similarities that rest on few users towards 0. */
  readonly shrinkage: number
}

/**
 * Item-kNN: cosine similarity of the items' users with shrinkage, sᵢⱼ = xᵢ·xⱼ / (‖xᵢ‖·‖xⱼ‖ + shrinkage), the nearest
 * kept (Sarwar et al., WWW 2001; shrinkage after Bell and Koren, ICDM 2007).
 */
export function fitItemKnn(interactions: Interactions, { neighbours, shrinkage }: ItemKnnOptions): SparseRows {
  const byItem = transposed(interactions)
  const norms = normsOf(byItem)
  return strongestOfRows(interactions.itemCount, neighbours, (item, row) => {
    addCommonUsers(interactions, byItem, item, row, 1, 0)
    for (let other = 0; other < row.length; other++) row[other]! /= norms[item]! * norms[other]! + shrinkage || 1
  })
}

/** What is chosen by validation for RP3beta. */
export interface Rp3BetaOptions {
  readonly neighbours: number
  /** Power of the transition probabilities. */
  readonly alpha: number
  /** Power of the popularity by which a target is divided. */
  readonly beta: number
}

/**
 * RP³β: walks of three steps, user, item, user, item, with transition probabilities to the power alpha, divided by
 * the target's popularity to the power beta (Paudel, Christoffel, Newell and Bernstein, ACM TiiS 7(1), 2017).
 */
export function fitRp3Beta(interactions: Interactions, { neighbours, alpha, beta }: Rp3BetaOptions): SparseRows {
  const byItem = transposed(interactions)
  const popularity = countByItem(interactions).map((count) => Math.max(count, 1))
  return strongestOfRows(interactions.itemCount, neighbours, (item, row) => {
    addCommonUsers(interactions, byItem, item, row, popularity[item]! ** -alpha, alpha)
    for (let other = 0; other < row.length; other++) row[other]! /= popularity[other]! ** beta
  })
}

/**
 * Adds what each other item has in common with one: over their common users the product of both values, times the
 * factor, divided by the length of the user's history to a power.
 */
function addCommonUsers(
  { starts, items, values }: Interactions,
  byItem: Interactions,
  item: number,
  row: Float64Array,
  factor: number,
  power: number,
): void {
  for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) {
    const user = byItem.items[at]!
    const [start, end] = [starts[user]!, starts[user + 1]!]
    const share = factor * byItem.values[at]! * (end - start) ** -power
    for (let entry = start; entry < end; entry++) row[items[entry]!]! += share * values[entry]!
  }
}

function normsOf({ userCount, starts, values }: Interactions): Float64Array {
  const norms = new Float64Array(userCount)
  for (let item = 0; item < userCount; item++) {
    let sum = 0
    for (let at = starts[item]!; at < starts[item + 1]!; at++) sum += values[at]! ** 2
    norms[item] = Math.sqrt(sum)
  }
  return norms
}

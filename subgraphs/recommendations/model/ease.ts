import { countByItem, lengthOf, transposed, type Interactions } from './interactions.ts'
import { createSquareMatrix, invertPositiveDefinite } from './matrix/inverse.ts'

/** What is chosen by validation. */
export interface EaseOptions {
  /** λ, the ridge of an item of average popularity. */
  readonly ridge: number
  /** How the ridge grows with popularity: 0 is Steck's constant ridge, 1 that of dropout. */
  readonly ridgePower: number
  /** How much less the users with long histories count: weight (length / average length)^-userPower. */
  readonly userPower: number
  /** How much of what two items have in common in a user counts only where the user met both at about one time. */
  readonly sessionShare: number
  /** How many seconds apart "at about one time" may be: what they have in common falls with e^(-apart / seconds). */
  readonly sessionSeconds: number
}

/** Which of two equal ways is shorter: an inverse over items, or one over users. */
export type EaseForm = 'items' | 'users'

/** The form of fewer rows and columns; sessions are between items, so with them there is one form only. */
export function shorterForm({ userCount, itemCount }: Interactions, { sessionShare }: EaseOptions): EaseForm {
  return userCount < itemCount && sessionShare === 0 ? 'users' : 'items'
}

/**
 * EASE^R (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019): the item-to-item weights B that
 * minimise ‖√W·(X − X·B)‖² + Σ Λᵢ·Bᵢⱼ² with a diagonal of zeros, in closed form: P = (XᵀWX + Λ)⁻¹, Bᵢⱼ = −Pᵢⱼ / Pⱼⱼ.
 * Answers B row by row, itemCount² numbers. Three things are ours to choose by validation: Λᵢ = ridge · (nᵢ / n̄)^power
 * (after Steck, "Autoencoders that don't overfit towards the Identity", NeurIPS 2020, whose dropout is a ridge that
 * grows with popularity); W, which weighs users; and a kernel of time on each user's share of XᵀWX. That kernel is
 * positive definite, so by Schur's product theorem the sum stays so.
 */
export async function fitEase(
  interactions: Interactions,
  options: EaseOptions,
  form: EaseForm = shorterForm(interactions, options),
): Promise<Float32Array> {
  const problem = problemOf(interactions, options)
  return form === 'items' ? fitByItems(problem, options) : fitByUsers(problem)
}

/** X with the users' weights in its values, and the ridges. */
interface Problem extends Interactions {
  readonly ridges: Float64Array
}

function problemOf(interactions: Interactions, { ridge, ridgePower, userPower }: EaseOptions): Problem {
  const { userCount, itemCount, starts, items, values } = interactions
  const averagePopularity = items.length / Math.max(1, itemCount)
  const averageLength = items.length / Math.max(1, userCount)
  // An item that nobody has would else be without a ridge.
  const ridges = countByItem(interactions).map(
    (count) => ridge * (Math.max(count, 1) / averagePopularity) ** ridgePower,
  )
  const weighted = values.slice()
  for (let user = 0; user < userCount; user++) {
    const weight = (lengthOf(interactions, user) / averageLength) ** (-userPower / 2)
    for (let at = starts[user]!; at < starts[user + 1]!; at++) weighted[at]! *= weight
  }
  return { ...interactions, values: weighted, ridges }
}

async function fitByItems(problem: Problem, options: EaseOptions): Promise<Float32Array> {
  const { itemCount, ridges } = problem
  const matrix = createSquareMatrix(itemCount)
  const { values: gram, stride } = matrix
  addGram(problem, options, gram, stride)
  for (let item = 0; item < itemCount; item++) gram[item * (stride + 1)]! += ridges[item]!
  await invertPositiveDefinite(matrix)
  const divisors = Float64Array.from({ length: itemCount }, (_, item) => -1 / gram[item * (stride + 1)]!)
  const weights = new Float32Array(itemCount * itemCount)
  for (let item = 0; item < itemCount; item++) {
    const [from, to] = [item * stride, item * itemCount]
    for (let other = 0; other < itemCount; other++) weights[to + other] = gram[from + other]! * divisors[other]!
    weights[to + item] = 0
  }
  return weights
}

/** Adds the lower triangle of XᵀWX. */
function addGram(
  { userCount, starts, items, values, times }: Problem,
  { sessionShare, sessionSeconds }: EaseOptions,
  gram: Float64Array,
  stride: number,
): void {
  for (let user = 0; user < userCount; user++) {
    const [start, end] = [starts[user]!, starts[user + 1]!]
    for (let a = start; a < end; a++) {
      const row = items[a]! * stride
      const value = values[a]!
      if (sessionShare === 0) {
        for (let b = start; b <= a; b++) gram[row + items[b]!]! += value * values[b]!
        continue
      }
      const [apart, together] = [value * (1 - sessionShare), value * sessionShare]
      const time = times[a]!
      for (let b = start; b <= a; b++) {
        const kernel = apart + together * Math.exp(-Math.abs(time - times[b]!) / sessionSeconds)
        gram[row + items[b]!]! += kernel * values[b]!
      }
    }
  }
}

/**
 * The same with an inverse over users, by Woodbury: P = Λ⁻¹ − Λ⁻¹Xᵀ·(I + X·Λ⁻¹·Xᵀ)⁻¹·X·Λ⁻¹. The rows of B follow from
 * the few users of each item, so a catalogue far larger than its audience costs little.
 */
async function fitByUsers(problem: Problem): Promise<Float32Array> {
  const { itemCount, ridges } = problem
  const byItem = transposed(problem)
  const projected = await projectUsers(problem, byItem)
  const weights = new Float32Array(itemCount * itemCount)
  const diagonal = new Float64Array(itemCount)
  const row = new Float64Array(itemCount)
  for (let item = 0; item < itemCount; item++) {
    row.fill(0)
    for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) {
      const start = byItem.items[at]! * itemCount
      const value = byItem.values[at]!
      for (let other = 0; other < itemCount; other++) row[other]! += value * projected[start + other]!
    }
    for (let other = 0; other < itemCount; other++) weights[item * itemCount + other] = row[other]! / ridges[item]!
    diagonal[item] = (1 - row[item]!) / ridges[item]!
    weights[item * itemCount + item] = 0
  }
  // So far −P without its diagonal.
  for (let start = 0; start < weights.length; start += itemCount) {
    for (let other = 0; other < itemCount; other++) weights[start + other]! /= diagonal[other]!
  }
  return weights
}

/** (I + X·Λ⁻¹·Xᵀ)⁻¹·X·Λ⁻¹, a row of itemCount numbers for each user. */
async function projectUsers(
  { userCount, itemCount, starts, items, values, ridges }: Problem,
  byItem: Interactions,
): Promise<Float64Array> {
  const matrix = createSquareMatrix(userCount)
  const { values: gram, stride } = matrix
  for (let item = 0; item < itemCount; item++) {
    for (let a = byItem.starts[item]!; a < byItem.starts[item + 1]!; a++) {
      const row = byItem.items[a]! * stride
      const value = byItem.values[a]! / ridges[item]!
      for (let b = byItem.starts[item]!; b <= a; b++) gram[row + byItem.items[b]!]! += value * byItem.values[b]!
    }
  }
  for (let user = 0; user < userCount; user++) gram[user * (stride + 1)]! += 1
  await invertPositiveDefinite(matrix)
  const projected = new Float64Array(userCount * itemCount)
  for (let user = 0; user < userCount; user++) {
    const row = projected.subarray(user * itemCount, (user + 1) * itemCount)
    for (let other = 0; other < userCount; other++) {
      const factor = gram[user * stride + other]!
      for (let at = starts[other]!; at < starts[other + 1]!; at++) row[items[at]!]! += factor * values[at]!
    }
    for (let item = 0; item < itemCount; item++) row[item]! /= ridges[item]!
  }
  return projected
}

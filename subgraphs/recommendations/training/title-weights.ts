import type { ContentVectors } from '../model/content.ts'
import { countByItem } from '../model/interactions.ts'
import { neighboursServed } from '../model/settings.ts'
import { strongestOfRows, type ItemWeights } from '../model/weights.ts'
import type { Targets } from '../models/weights-codec.ts'
import type { TrainingData } from './training-data.ts'

/** Titles that are alike, of which the cold ones are added to what the model says. */
const likenesses = 50
/** A title that fewer viewers met is cold: what they have in common may be chance. */
const coldBelow = 3
/** Where there is nothing to measure it on, what a likeness of 1 weighs. */
const plainFactor = 0.05

/** What each title says about others, by title, ascending. */
export function* titleWeights(
  { interactions, titleIds }: TrainingData,
  model: ItemWeights,
  content: ContentVectors,
  allTitleIds: readonly number[],
): Generator<readonly [titleId: number, targets: Targets]> {
  const counts = countByItem(interactions)
  const items = new Map([...titleIds].map((titleId, item) => [titleId, item]))
  const isCold = (titleId: number): boolean => (counts[items.get(titleId) ?? -1] ?? 0) < coldBelow
  const rows = strongestOfRows(model.itemCount, neighboursServed, (item, row) => model.addRow(item, 1, row))
  const weightsOf = (titleId: number): Map<number, number> => {
    const item = items.get(titleId)
    const weights = new Map<number, number>()
    if (item === undefined || isCold(titleId)) return weights
    for (let at = rows.starts[item]!; at < rows.starts[item + 1]!; at++) {
      const target = titleIds[rows.items[at]!]!
      if (!isCold(target)) weights.set(target, rows.values[at]!)
    }
    return weights
  }
  const factor = likenessFactor(
    [...titleIds].filter((titleId) => !isCold(titleId)),
    weightsOf,
    content,
  )
  for (const titleId of allTitleIds) {
    const weights = weightsOf(titleId)
    for (const near of content.nearest(titleId, likenesses)) {
      if (isCold(titleId) || isCold(near.titleId)) weights.set(near.titleId, factor * near.cosine)
    }
    if (weights.size > 0) yield [titleId, targetsOf(weights)]
  }
}

const titlesMeasured = 500

/**
 * What the model gives two known titles that are so alike, on average: the slope of its weights over cosines, by
 * least squares through the origin. So likeness is weighed by the data, on the model's own scale.
 */
function likenessFactor(
  known: readonly number[],
  weightsOf: (titleId: number) => ReadonlyMap<number, number>,
  content: ContentVectors,
): number {
  const isKnown = new Set(known)
  const step = Math.max(1, Math.floor(known.length / titlesMeasured))
  let [products, squares] = [0, 0]
  for (let at = 0; at < known.length; at += step) {
    const weights = weightsOf(known[at]!)
    for (const { titleId, cosine } of content.nearest(known[at]!, likenesses)) {
      if (!isKnown.has(titleId)) continue
      products += cosine * (weights.get(titleId) ?? 0)
      squares += cosine ** 2
    }
  }
  const slope = products / squares
  return slope > 0 ? slope : plainFactor
}

function targetsOf(weights: ReadonlyMap<number, number>): Targets {
  const sorted = [...weights].toSorted(([a], [b]) => a - b)
  return {
    titleIds: Int32Array.from(sorted, ([titleId]) => titleId),
    weights: Float32Array.from(sorted, ([, weight]) => weight),
  }
}

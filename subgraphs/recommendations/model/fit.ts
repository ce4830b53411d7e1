import { fitEase, shorterForm } from './ease.ts'
import {
  bestKnown,
  confidenceBy,
  countByItem,
  meanValue,
  restrictedTo,
  withConfidence,
  type Confidence,
  type Interactions,
} from './interactions.ts'
import { fitRp3Beta } from './neighbours.ts'
import { easeItemLimit, type ModelSettings } from './settings.ts'
import { addHistory, sparseWeights, type ItemWeights, type SparseRows } from './weights.ts'

/** Weights, and what they are multiplied by. */
export interface FittedModel extends ItemWeights {
  /** The mean rating of the training data. */
  readonly meanValue: number
  readonly confidence: Confidence
  /** Scores of all items for a user's history: replaces what is in `scores`. */
  scoreInto(history: Interactions, user: number, scores: Float64Array): void
}

/** How much of RP3beta counts beyond the items that EASE has learnt: what few have met is not to crowd the rest out. */
const tailShare = 0.1
/** The largest catalogue that EASE by users takes whole: its weights are 400 MB then. */
const userFormLimit = 10_000

/** Fits one data set with changing settings; what a change leaves as it was is not fitted again. */
export interface ModelFitter {
  fit(settings: ModelSettings): Promise<FittedModel>
}

/**
 * Fits the blend: for the best known items EASE and the chosen share of RP3beta, and for all others a small share of
 * RP3beta alone. A weight is (EASE + share · RP3beta) · popularity(target)^power; RP3beta is first brought to EASE's
 * scale of scores.
 */
export function createModelFitter(interactions: Interactions, limit: number = easeItemLimit): ModelFitter {
  const mean = meanValue(interactions)
  const counts = countByItem(interactions)
  const fitted = { ease: lastOf<Float32Array>(), rp3Beta: lastOf<SparseRows>() }
  return {
    async fit(settings) {
      const { valuePower, targetPower, rp3BetaShare: share } = settings
      const confidence = confidenceBy(mean, valuePower)
      const confident = withConfidence(interactions, confidence)
      const isByUsers = shorterForm(interactions, settings.ease) === 'users'
      const known = bestKnown(counts, isByUsers ? Math.max(limit, userFormLimit) : limit)
      const values = await fitted.ease([settings.ease, valuePower], () =>
        fitEase(restrictedTo(confident, known), settings.ease),
      )
      const ease = onItems(known, counts.length, values)
      const parts = [ease]
      if (share > 0 || known.length < counts.length) {
        const best = bestKnown(counts, itemsMeasured)
        const rp3Beta = await fitted.rp3Beta([settings.rp3Beta, valuePower], () =>
          fitRp3Beta(confident, settings.rp3Beta),
        )
        const factor = scaleOf(ease, confident, best) / (scaleOf(sparseWeights(rp3Beta), confident, best) || 1)
        parts.push(sparseWeights(scaled(rp3Beta, known, factor * share, factor * tailShare)))
      }
      const targets = counts.map((count) => Math.max(count, 1) ** targetPower)
      return modelOf(parts, targets, { meanValue: mean, confidence })
    },
  }
}

/** Makes a value again only where what it depends on has changed. */
function lastOf<Value>(): (key: unknown, make: () => Value | Promise<Value>) => Promise<Value> {
  let last: { readonly key: string; readonly value: Value } | undefined
  return async (given, make) => {
    const key = JSON.stringify(given)
    // The old value goes first: two of them may not fit.
    if (last?.key !== key) last = undefined
    last ??= { key, value: await make() }
    return last.value
  }
}

function modelOf(
  parts: readonly ItemWeights[],
  targets: Float64Array,
  { meanValue: mean, confidence }: Pick<FittedModel, 'meanValue' | 'confidence'>,
): FittedModel {
  return {
    ...withTargets(parts, targets),
    meanValue: mean,
    confidence,
    scoreInto(history, user, scores) {
      scores.fill(0)
      const { starts, items, values } = history
      for (let at = starts[user]!; at < starts[user + 1]!; at++) {
        for (const part of parts) part.addRow(items[at]!, confidence(values[at]!), scores)
      }
      for (let item = 0; item < scores.length; item++) scores[item]! *= targets[item]!
    },
  }
}

/** Weights among some items as weights among all. */
function onItems(known: Int32Array, itemCount: number, values: Float32Array): ItemWeights {
  const places = new Int32Array(itemCount).fill(-1)
  for (const [place, item] of known.entries()) places[item] = place
  return {
    itemCount,
    addRow(item, factor, scores) {
      const start = places[item]! * known.length
      if (start < 0) return
      for (let place = 0; place < known.length; place++) scores[known[place]!]! += factor * values[start + place]!
    },
  }
}

/** Weights between two known items times one factor, all others times the other. */
function scaled({ starts, items, values }: SparseRows, known: Int32Array, within: number, beyond: number): SparseRows {
  const isKnown = new Uint8Array(starts.length - 1)
  for (const item of known) isKnown[item] = 1
  const result = values.slice()
  for (let item = 0; item < isKnown.length; item++) {
    for (let at = starts[item]!; at < starts[item + 1]!; at++) {
      result[at]! *= isKnown[item] && isKnown[items[at]!] ? within : beyond
    }
  }
  return { starts, items, values: result }
}

/** The sum of several weights, each column times its target's factor. */
function withTargets(parts: readonly ItemWeights[], targets: Float64Array): ItemWeights {
  const row = new Float64Array(targets.length)
  return {
    itemCount: targets.length,
    addRow(item, factor, scores) {
      row.fill(0)
      for (const part of parts) part.addRow(item, factor, row)
      for (let other = 0; other < row.length; other++) scores[other]! += row[other]! * targets[other]!
    },
  }
}

const usersSampled = 200
/** Scales are taken among the best known items, so that they do not depend on how long the tail is. */
const itemsMeasured = 500

/** The root mean square of the scores that a sample of users gets for some items. */
function scaleOf(weights: ItemWeights, interactions: Interactions, measured: Int32Array): number {
  const { userCount, itemCount } = interactions
  const step = Math.max(1, Math.floor(userCount / usersSampled))
  const scores = new Float64Array(itemCount)
  let sum = 0
  let count = 0
  for (let user = 0; user < userCount; user += step) {
    scores.fill(0)
    addHistory(weights, interactions, user, scores)
    for (const item of measured) sum += scores[item]! ** 2
    count += measured.length
  }
  return Math.sqrt(sum / Math.max(1, count))
}

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
import { fitLowPass } from './low-pass.ts'
import { fitRp3Beta } from './neighbours.ts'
import { easeItemLimit, type ModelSettings } from './settings.ts'
import { addHistory, denseWeights, rowByRow, sparseWeights, type ItemWeights, type SparseRows } from './weights.ts'

/** Weights, and what they are multiplied by. */
export interface FittedModel extends ItemWeights {
  /** The mean rating of the training data. */
  readonly meanValue: number
  readonly confidence: Confidence
  /** Scores of all items for a user's history: replaces what is in `scores`. */
  scoreInto(history: Interactions, user: number, scores: Float64Array): void
}

/** The largest catalogue and audience that EASE by users takes whole: its weights are 400 MB then, its work 300 MB. */
const userForm = { items: 10_000, users: 2000 }

/** Fits one data set with changing settings; what a change leaves as it was is not fitted again. */
export interface ModelFitter {
  fit(settings: ModelSettings): Promise<FittedModel>
}

/**
 * Fits the blend: for the best known items EASE and the chosen shares of the low-pass filter and RP3beta, and for all
 * others a share of RP3beta alone. A weight is (EASE + share · low-pass + share · RP3beta) · popularity(target)^power;
 * what is added to EASE is first brought to its scale of scores.
 */
export function createModelFitter(interactions: Interactions, limit: number = easeItemLimit): ModelFitter {
  const mean = meanValue(interactions)
  const counts = countByItem(interactions)
  const fitted = { ease: lastOf<Float32Array>(), rp3Beta: lastOf<SparseRows>(), lowPass: lastOf<ItemWeights>() }
  return {
    async fit(settings) {
      const { valuePower, targetPower, rp3BetaShare, lowPassShare, tailShare } = settings
      const confidence = confidenceBy(mean, valuePower)
      const confident = withConfidence(interactions, confidence)
      const known = knownToEase(interactions, counts, settings, limit)
      const values = await fitted.ease([settings.ease, valuePower], () =>
        fitEase(restrictedTo(confident, known), settings.ease),
      )
      const ease = onItems(known, counts.length, denseWeights(known.length, values))
      const parts = [ease]
      const measured = bestKnown(counts, itemsMeasured)
      const scaleTo = (weights: ItemWeights): number =>
        scaleOf(ease, confident, measured) / (scaleOf(weights, confident, measured) || 1)
      if (lowPassShare > 0) {
        const filter = await fitted.lowPass([settings.lowPass, known.length], () =>
          onItems(known, counts.length, fitLowPass(restrictedTo(interactions, known), settings.lowPass)),
        )
        parts.push(times(filter, lowPassShare * scaleTo(filter)))
      }
      if (rp3BetaShare > 0 || (tailShare > 0 && known.length < counts.length)) {
        const rp3Beta = await fitted.rp3Beta([settings.rp3Beta, valuePower], () =>
          fitRp3Beta(confident, settings.rp3Beta),
        )
        const factor = scaleTo(sparseWeights(rp3Beta))
        parts.push(sparseWeights(scaled(rp3Beta, known, factor * rp3BetaShare, factor * tailShare)))
      }
      const targets = counts.map((count) => Math.max(count, 1) ** targetPower)
      return modelOf(parts, targets, { meanValue: mean, confidence })
    },
  }
}

/** Whether EASE leaves items to RP3beta, so that the tail's share says something. */
export function hasTail(interactions: Interactions, settings: ModelSettings): boolean {
  const counts = countByItem(interactions)
  return knownToEase(interactions, counts, settings, easeItemLimit).length < counts.length
}

/** The items of which EASE learns. */
function knownToEase(
  interactions: Interactions,
  counts: Float64Array,
  { ease }: ModelSettings,
  limit: number,
): Int32Array {
  const isByUsers = shorterForm(interactions, ease) === 'users' && interactions.userCount <= userForm.users
  return bestKnown(counts, isByUsers ? Math.max(limit, userForm.items) : limit)
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
      const [start, end] = [history.starts[user], history.starts[user + 1]]
      const factors = history.values.subarray(start, end).map(confidence)
      for (const part of parts) part.addRows(history.items.subarray(start, end), factors, scores)
      for (let item = 0; item < scores.length; item++) scores[item]! *= targets[item]!
    },
  }
}

/** Weights among some items as weights among all. */
function onItems(kept: Int32Array, itemCount: number, weights: ItemWeights): ItemWeights {
  if (kept.length === itemCount) return weights
  const places = new Int32Array(itemCount).fill(-1)
  for (const [place, item] of kept.entries()) places[item] = place
  const own = new Float64Array(kept.length)
  const addOwn = (scores: Float64Array): void => {
    for (let place = 0; place < kept.length; place++) scores[kept[place]!]! += own[place]!
  }
  return {
    itemCount,
    addRow(item, factor, scores) {
      if (places[item]! < 0) return
      own.fill(0)
      weights.addRow(places[item]!, factor, own)
      addOwn(scores)
    },
    addRows(items, factors, scores) {
      own.fill(0)
      const known = items.map((item) => places[item]!)
      weights.addRows(
        known.filter((place) => place >= 0),
        factors.filter((_, at) => known[at]! >= 0),
        own,
      )
      addOwn(scores)
    },
  }
}

function times(weights: ItemWeights, by: number): ItemWeights {
  return {
    itemCount: weights.itemCount,
    addRow: (item, factor, scores) => weights.addRow(item, factor * by, scores),
    addRows(items, factors, scores) {
      const all = factors.map((factor) => factor * by)
      weights.addRows(items, all, scores)
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
  return rowByRow(targets.length, (item, factor, scores) => {
    row.fill(0)
    for (const part of parts) part.addRow(item, factor, row)
    for (let other = 0; other < row.length; other++) scores[other]! += row[other]! * targets[other]!
  })
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

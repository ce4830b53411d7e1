import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Signal } from '../feedback/viewer-feedback.ts'
import { weightBetween, type ServedModel } from '../models/model.ts'
import type { Targets } from '../models/weights-codec.ts'

/** What one title of a history adds to the score of another. */
export interface Contribution {
  readonly titleId: number
  readonly weight: number
}

const placesOfTargets = new WeakMap<Catalogue, WeakMap<Targets, Int32Array>>()

/** Scores by place: the sum of what every signal's title says, times the signal's confidence. */
export function scoreTitles(catalogue: Catalogue, model: ServedModel, signals: readonly Signal[]): Float64Array {
  const scores = new Float64Array(catalogue.size)
  for (const { titleId, value } of signals) {
    const targets = model.targets.get(titleId)
    if (!targets) continue
    const confidence = model.confidence(value)
    const places = placesOf(catalogue, targets)
    for (let at = 0; at < places.length; at++) {
      const place = places[at]!
      if (place >= 0) scores[place]! += confidence * targets.weights[at]!
    }
  }
  return scores
}

/** The parts of one title's score in the order of the signals, so that they sum to it exactly; none that is 0. */
export function contributionsTo(titleId: number, model: ServedModel, signals: readonly Signal[]): Contribution[] {
  return signals.flatMap((signal) => {
    const weight = model.confidence(signal.value) * weightBetween(model, signal.titleId, titleId)
    return weight === 0 ? [] : [{ titleId: signal.titleId, weight }]
  })
}

/** Whether the model knows anything about what a viewer met. */
export function knowsAny(model: ServedModel, signals: readonly Signal[]): boolean {
  return signals.some(({ titleId }) => model.targets.has(titleId))
}

/** The targets' places, found once: a title keeps its place. */
function placesOf(catalogue: Catalogue, targets: Targets): Int32Array {
  let known = placesOfTargets.get(catalogue)
  if (!known) placesOfTargets.set(catalogue, (known = new WeakMap()))
  let places = known.get(targets)
  // One that was missing may have come since.
  if (places?.includes(-1)) places = undefined
  if (!places) {
    places = targets.titleIds.map((titleId) => catalogue.placeOf(titleId) ?? -1)
    known.set(targets, places)
  }
  return places
}

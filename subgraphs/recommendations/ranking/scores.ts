import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Signal } from '../feedback/viewer-feedback.ts'
import { weightBetween, type ServedModel } from '../models/model.ts'
import type { Targets } from '../models/weights-codec.ts'

/** What one title of a history adds to the score of another. */
export interface Contribution {
  readonly titleId: number
  readonly weight: number
}

/** Places of a title's targets, -1 for one that was not there when the catalogue had so many titles. */
interface TargetPlaces {
  readonly places: Int32Array
  readonly isWhole: boolean
  readonly catalogueSize: number
}

const placesOfTargets = new WeakMap<Catalogue, WeakMap<Targets, TargetPlaces>>()

/** Scores by place: the sum of what every signal's title says, times the signal's confidence. */
export function scoreTitles(catalogue: Catalogue, model: ServedModel, signals: readonly Signal[]): Float64Array {
  const scores = new Float64Array(catalogue.size)
  for (const { titleId, value } of signals) {
    const targets = model.targets.get(titleId)
    if (targets) addTargets(catalogue, targets, model.confidence(value), scores)
  }
  return scores
}

/** What one title says about all others, by place. */
export function weightsOf(catalogue: Catalogue, model: ServedModel, titleId: number): Float64Array {
  const scores = new Float64Array(catalogue.size)
  const targets = model.targets.get(titleId)
  if (targets) addTargets(catalogue, targets, 1, scores)
  return scores
}

function addTargets(catalogue: Catalogue, targets: Targets, factor: number, scores: Float64Array): void {
  const { places, isWhole } = placesOf(catalogue, targets)
  const { weights } = targets
  for (let at = 0; at < places.length; at++) {
    const place = places[at]!
    if (isWhole || place >= 0) scores[place]! += factor * weights[at]!
  }
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

/** Found once: a title keeps its place. */
function placesOf(catalogue: Catalogue, targets: Targets): TargetPlaces {
  let known = placesOfTargets.get(catalogue)
  if (!known) placesOfTargets.set(catalogue, (known = new WeakMap()))
  const found = known.get(targets)
  // One that was missing may have come since.
  if (found && (found.isWhole || found.catalogueSize === catalogue.size)) return found
  const places = targets.titleIds.map((titleId) => catalogue.placeOf(titleId) ?? -1)
  const made = { places, isWhole: !places.includes(-1), catalogueSize: catalogue.size }
  known.set(targets, made)
  return made
}

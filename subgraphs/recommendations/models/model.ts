import { confidenceBy, type Confidence } from '../model/interactions.ts'
import type { ModelVersion } from './models.repository.ts'
import type { Targets } from './weights-codec.ts'

/** A model in memory, ready to be served. */
export interface ServedModel {
  readonly version: ModelVersion
  /** What a title says about others, by its row id; their ids ascend. */
  readonly targets: ReadonlyMap<number, Targets>
  readonly confidence: Confidence
}

/** Puts a version and its weights together. */
export function servedModel(version: ModelVersion, targets: ReadonlyMap<number, Targets>): ServedModel {
  const { meanValue, valuePower } = version.settings
  return { version, targets, confidence: confidenceBy(meanValue, valuePower) }
}

/** What one title adds to another's score; 0 where nothing. A search by halves. */
export function weightBetween({ targets }: ServedModel, from: number, to: number): number {
  const row = targets.get(from)
  if (!row) return 0
  let [low, high] = [0, row.titleIds.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = row.titleIds[middle]!
    if (found === to) return row.weights[middle]!
    if (found < to) low = middle + 1
    else high = middle - 1
  }
  return 0
}

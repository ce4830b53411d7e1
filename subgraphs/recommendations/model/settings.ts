import type { EaseOptions } from './ease.ts'
import type { LowPassOptions } from './low-pass.ts'
import type { Rp3BetaOptions } from './neighbours.ts'

/** Everything that validation chooses. */
export interface ModelSettings {
  readonly ease: EaseOptions
  /** The power by which ratings become confidences: 0 makes all alike, 1 counts a 4 twice as much as a 2. */
  readonly valuePower: number
  /** The power of a target's popularity by which its weights are multiplied: below 0 lifts the less known. */
  readonly targetPower: number
  readonly rp3Beta: Rp3BetaOptions
  /** How much of RP3beta is added to EASE, both brought to one scale of scores. */
  readonly rp3BetaShare: number
  readonly lowPass: LowPassOptions
  /** How much of the low-pass filter is added to EASE, on the same scale. */
  readonly lowPassShare: number
  /** How much RP3beta counts beyond the items that EASE has learnt. */
  readonly tailShare: number
}

/** Where the search begins, and what is used where there is too little to search on. */
export const defaultSettings: ModelSettings = {
  ease: { ridge: 250, ridgePower: 0, userPower: 0.5, sessionShare: 0, sessionSeconds: 600 },
  valuePower: 0.5,
  targetPower: -0.05,
  rp3Beta: { neighbours: 200, alpha: 0.7, beta: 0.5 },
  rp3BetaShare: 0,
  lowPass: { rank: 32 },
  lowPassShare: 0,
  tailShare: 0.1,
}

/** The most items of which EASE learns: beyond these, the least known are left to RP3beta. */
export const easeItemLimit = 3200

/** The most weights of one item that are stored and served. */
export const neighboursServed = 400

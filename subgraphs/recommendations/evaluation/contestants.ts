import type { FittedModel } from '../model/fit.ts'
import { itemsOf, lengthOf, type Interactions } from '../model/interactions.ts'
import type { ItemWeights } from '../model/weights.ts'
import { createQualityMeter, longestList, type Quality, type QualityMeter } from './metrics.ts'
import type { Split } from './protocols.ts'
import { topItems } from './ranking.ts'

/** Scores of all items for one user's history: replaces what is in `scores`. */
export type ScoreUser = (history: Interactions, user: number, scores: Float64Array) => void

/** Everybody gets the same scores. */
export function sameForAll(popularity: Float64Array): ScoreUser {
  return (_history, _user, scores) => scores.set(popularity)
}

/** The sum of the history's rows. */
export function byWeights(weights: ItemWeights): ScoreUser {
  return (history, user, scores) => {
    scores.fill(0)
    for (const item of itemsOf(history, user)) weights.addRow(item, 1, scores)
  }
}

/** What a fitted model says. */
export function byModel(model: FittedModel): ScoreUser {
  return (history, user, scores) => model.scoreInto(history, user, scores)
}

export interface MeasureOptions {
  /** How many training users know each item. */
  readonly popularity: Float64Array
  /** Test only these users, at most. */
  readonly usersAtMost?: number
  /** Items that may be recommended; what is not among them is not relevant either. */
  readonly eligible?: Uint8Array
  /** Rank everything and leave out what is not eligible afterwards, in place of masking it within ranking. */
  readonly filtersAfterwards?: boolean
}

/**
 * The quality of a contestant for the users of a split who have something to find. Whoever has no history gets what is
 * popular, whatever the contestant.
 */
export function measure(score: ScoreUser, split: Split, options: MeasureOptions): Quality {
  const meter = createQualityMeter(options.popularity, split.train.userCount)
  addLists(score, split, options, meter)
  return meter.result()
}

/** Adds the lists of a contestant to a meter, where several splits are one question. */
export function addLists(score: ScoreUser, { train, test }: Split, options: MeasureOptions, meter: QualityMeter): void {
  const { popularity, usersAtMost = Infinity, eligible, filtersAfterwards = false } = options
  const scores = new Float64Array(train.itemCount)
  for (const user of testedUsers(test, usersAtMost)) {
    const relevant = eligible ? new Set([...test[user]!].filter((item) => eligible[item])) : test[user]!
    if (relevant.size === 0) continue
    if (lengthOf(train, user) > 0) score(train, user, scores)
    else scores.set(popularity)
    for (const item of itemsOf(train, user)) scores[item] = -Infinity
    if (eligible && !filtersAfterwards) mask(scores, eligible)
    const ranked = topItems(scores, longestList)
    meter.add(eligible ? ranked.filter((item) => eligible[item]) : ranked, relevant)
  }
}

function mask(scores: Float64Array, eligible: Uint8Array): void {
  for (let item = 0; item < scores.length; item++) if (!eligible[item]) scores[item] = -Infinity
}

/** Users with something to find, evenly spread where there are too many. */
function testedUsers(test: Split['test'], most: number): number[] {
  const users = [...test.keys()].filter((user) => test[user]!.size > 0)
  if (users.length <= most) return users
  return Array.from({ length: most }, (_, index) => users[Math.floor((index * users.length) / most)]!)
}
